//! The browser's own EventSource.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::MessageEvent;

/// What an event source told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Opened,
    Message {
        data: String,
        /// The last id that the stream set; empty before the first.
        id: String,
    },
    /// The connection broke: the browser tries again by itself, unless it is closed for good (any answer but 200).
    Broken {
        closed: bool,
    },
}

/// An open event source; dropping it closes the connection.
pub struct EventSource {
    source: web_sys::EventSource,
    // The browser calls these for as long as the source lives.
    _on_open: Closure<dyn Fn()>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn()>,
}

impl EventSource {
    /// None when the browser does not take the address.
    pub fn open(url: &str, tell: impl Fn(Told) + Clone + 'static) -> Option<Self> {
        let source = web_sys::EventSource::new(url).ok()?;
        let on_open = Closure::<dyn Fn()>::new({
            let tell = tell.clone();
            move || tell(Told::Opened)
        });
        let on_message = Closure::<dyn Fn(MessageEvent)>::new({
            let tell = tell.clone();
            move |event: MessageEvent| {
                tell(Told::Message { data: event.data().as_string().unwrap_or_default(), id: event.last_event_id() });
            }
        });
        let on_error = Closure::<dyn Fn()>::new({
            let source = source.clone();
            move || tell(Told::Broken { closed: source.ready_state() == web_sys::EventSource::CLOSED })
        });
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { source, _on_open: on_open, _on_message: on_message, _on_error: on_error })
    }
}

impl Drop for EventSource {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
