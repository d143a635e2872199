//! The tabs of one browser among themselves: a lock that one of them holds, and a channel to the others.

use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// A Web Lock, asked for when it is made and given back when it is dropped, also when it was not granted yet.
///
/// Through `Reflect`, because web-sys counts Web Locks among its unstable APIs.
pub struct TabLock {
    state: Rc<RefCell<State>>,
}

enum State {
    Waiting,
    /// Calling the function ends the promise that holds the lock.
    Held(js_sys::Function),
    Released,
}

impl TabLock {
    /// None where the browser has no Web Locks.
    pub fn request(name: &str, granted: impl FnOnce() + 'static) -> Option<Self> {
        let navigator = web_sys::window()?.navigator();
        let locks = js_sys::Reflect::get(&navigator, &JsValue::from_str("locks")).ok()?;
        let request = js_sys::Reflect::get(&locks, &JsValue::from_str("request")).ok()?;
        let request = request.dyn_into::<js_sys::Function>().ok()?;
        let state = Rc::new(RefCell::new(State::Waiting));
        let shared = state.clone();
        // The browser owns it until it was called: the lock may be granted long after this was dropped.
        let on_granted = Closure::once_into_js(move || -> JsValue {
            if matches!(*shared.borrow(), State::Released) {
                return JsValue::UNDEFINED;
            }
            let promise = js_sys::Promise::new(&mut |resolve, _| *shared.borrow_mut() = State::Held(resolve));
            granted();
            promise.into()
        });
        request.call2(&locks, &JsValue::from_str(name), &on_granted).ok()?;
        Some(Self { state })
    }
}

impl Drop for TabLock {
    fn drop(&mut self) {
        let before = self.state.replace(State::Released);
        if let State::Held(resolve) = before {
            // A promise's resolver does not throw.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}

/// A channel to the other tabs of this browser; closed when it is dropped.
pub struct Channel {
    channel: BroadcastChannel,
    _heard: Closure<dyn Fn(MessageEvent)>,
}

impl Channel {
    pub fn open(name: &str, heard: impl Fn(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                heard(text);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        Some(Self { channel, _heard: heard })
    }

    /// Tells all other tabs; this one does not hear it.
    pub fn tell(&self, text: &str) {
        // It fails on a closed channel only, and ours is open.
        let _ = self.channel.post_message(&JsValue::from_str(text));
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
