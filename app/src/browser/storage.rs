//! Local storage: small things that this browser remembers. Where it is off or full, they are forgotten.

use web_sys::Storage;

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// False when the browser does not keep it.
pub fn remember(key: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, value).is_ok())
}

pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        // Removing what is not there is no error.
        let _ = storage.remove_item(key);
    }
}
