//! What this browser remembers: small things in local storage, for all its tabs, or in session storage, for this one.
//! Where storage is off or full, they are forgotten.

use web_sys::Storage;

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

pub fn recall(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

/// False when the browser does not keep it.
pub fn remember(key: &str, value: &str) -> bool {
    local().is_some_and(|storage| storage.set_item(key, value).is_ok())
}

pub fn forget(key: &str) {
    remove(local(), key);
}

pub fn recall_in_tab(key: &str) -> Option<String> {
    session()?.get_item(key).ok()?
}

pub fn remember_in_tab(key: &str, value: &str) {
    if let Some(storage) = session() {
        // Where it is full, the tab forgets.
        let _ = storage.set_item(key, value);
    }
}

pub fn forget_in_tab(key: &str) {
    remove(session(), key);
}

fn remove(storage: Option<Storage>, key: &str) {
    if let Some(storage) = storage {
        // Removing what is not there is no error.
        let _ = storage.remove_item(key);
    }
}
