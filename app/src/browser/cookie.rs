//! Cookies: the few choices that the server must know before it draws the page.

use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

/// A year, after which a choice that was never made again is forgotten.
const MAX_AGE_S: u32 = 31_536_000;

fn document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}

/// The value of a cookie that scripts may read.
pub fn cookie(name: &str) -> Option<String> {
    let cookies = document()?.cookie().ok()?;
    let mut pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// Keeps a cookie; without a value it is forgotten. False when the browser does not. `value` is a plain word or number.
pub fn set_cookie(name: &str, value: Option<&str>) -> bool {
    let age = if value.is_some() { MAX_AGE_S } else { 0 };
    let line = format!("{name}={}; Path=/; Max-Age={age}; SameSite=Lax", value.unwrap_or_default());
    let set = document().is_some_and(|document| document.set_cookie(&line).is_ok());
    set && cookie(name).as_deref() == value
}
