//! A question by GET.

use js_sys::{Array, JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, RequestInit, Response};

/// A question on its way; dropping it takes it back.
pub struct Fetch {
    abort: AbortController,
}

/// A JSON object that was answered. The browser has read it: that is less code on the page than to read it here.
pub struct Answer(JsValue);

impl Fetch {
    /// Asks, and gives what was answered with status 200 in JSON, else none. None when the browser cannot ask.
    pub fn get(url: &str, answered: Box<dyn FnOnce(Option<Answer>)>) -> Option<Self> {
        let abort = AbortController::new().ok()?;
        let signal = abort.signal();
        let init = RequestInit::new();
        init.set_signal(Some(&signal));
        let asked = web_sys::window()?.fetch_with_str_and_init(url, &init);
        spawn_local(async move {
            let answer = read(asked).await;
            // Whoever took the question back does not wait for an answer.
            if !signal.aborted() {
                answered(answer);
            }
        });
        Some(Self { abort })
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

impl Answer {
    /// A field that is a string.
    pub fn text(&self, name: &str) -> Option<String> {
        Reflect::get(&self.0, &JsValue::from_str(name)).ok()?.as_string()
    }

    /// Gives `each` the JSON of each item of a field that is an array, and whether it is the last. False when there is no such field.
    pub fn each(&self, name: &str, each: &mut dyn FnMut(&str, bool)) -> bool {
        let items = Reflect::get(&self.0, &JsValue::from_str(name)).and_then(JsCast::dyn_into::<Array>);
        let Ok(items) = items else { return false };
        let length = items.length();
        for index in 0..length {
            let item = JSON::stringify(&items.get(index)).ok().and_then(|item| item.as_string());
            each(&item.unwrap_or_default(), index + 1 == length);
        }
        true
    }
}

async fn read(asked: Promise) -> Option<Answer> {
    let response: Response = JsFuture::from(asked).await.ok()?.unchecked_into();
    if response.status() != 200 {
        return None;
    }
    JsFuture::from(response.json().ok()?).await.ok().map(Answer)
}
