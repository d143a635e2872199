//! Time, timers and frames.

use send_wrapper::SendWrapper;
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

/// As in `web_sys`, which cuts a handle to 32 bits: those of a clock that somebody put in the browser's place are larger, and
/// what was cut clears nothing.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(ring: &js_sys::Function, ms: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = setInterval, catch)]
    fn set_interval(ring: &js_sys::Function, ms: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
}

/// The wall clock in milliseconds. Not the monotonic one: that stands still while the machine sleeps, and a page that
/// wakes up has to see that time went by.
pub fn wall_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// A timer that stops when it is dropped.
pub struct Timer {
    handle: JsValue,
    _ring: Closure<dyn FnMut()>,
}

impl Timer {
    /// Rings once.
    pub fn after(ms: u64, ring: impl FnOnce() + 'static) -> Option<Self> {
        let ring = Closure::once(ring);
        let handle = set_timeout(ring.as_ref().unchecked_ref(), as_i32(ms)).ok()?;
        Some(Self { handle, _ring: ring })
    }

    /// Rings again and again.
    pub fn every(ms: u64, ring: impl FnMut() + 'static) -> Option<Self> {
        let ring = Closure::<dyn FnMut()>::new(ring);
        let handle = set_interval(ring.as_ref().unchecked_ref(), as_i32(ms)).ok()?;
        Some(Self { handle, _ring: ring })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // One list of handles serves both kinds of timer.
        clear_timeout(&self.handle);
    }
}

/// Waits.
pub fn sleep(ms: u64) -> SendWrapper<Pin<Box<dyn Future<Output = ()>>>> {
    let rung = js_sys::Promise::new(&mut |ring, _| {
        // It cannot fail for a function.
        let _ = set_timeout(&ring, as_i32(ms));
    });
    // It is never refused.
    SendWrapper::new(Box::pin(async { drop(JsFuture::from(rung).await) }))
}

fn as_i32(ms: u64) -> i32 {
    i32::try_from(ms).unwrap_or(i32::MAX)
}

/// Runs before the next frame is drawn; in a hidden tab that is when it is seen again.
pub fn next_frame(draw: impl FnOnce() + 'static) {
    let draw = Closure::once_into_js(draw);
    if let Some(window) = web_sys::window() {
        // It cannot fail for a function.
        let _ = window.request_animation_frame(draw.unchecked_ref());
    }
}

/// How many minutes the reader's clock is ahead of UTC at this moment (milliseconds since 1970), summer time included.
pub fn minutes_east(ms: u64) -> i32 {
    let date = js_sys::Date::new(&(ms as f64).into());
    // JavaScript counts westward.
    -(date.get_timezone_offset() as i32)
}
