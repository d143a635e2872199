//! What a person prefers, as this page knows it: read once, changed at once, and told to the server one change at a time.

use crate::{
    ui::{Asking, in_browser, patiently},
    wire::{Error, KeptPreferences, Preferences},
};
use leptos::{prelude::*, server_fn::codec::Json};
use std::borrow::Cow;

/// What this person prefers among the models, and the presets.
#[server(prefix = "/api", endpoint = "get_preferences", input = Json, output = Json)]
pub async fn get_preferences() -> Result<KeptPreferences, Error> {
    crate::backend::backend()?.get_preferences().await
}

/// Changes that; `seen` is the version that was seen.
#[server(prefix = "/api", endpoint = "change_preferences", input = Json, output = Json)]
pub async fn change_preferences(preferences: Preferences, seen: u64) -> Result<KeptPreferences, Error> {
    crate::backend::backend()?.change_preferences(preferences, seen).await
}

/// Copy it into any callback.
#[derive(Clone, Copy)]
pub struct Preferred {
    kept: RwSignal<Option<KeptPreferences>>,
    asking: Asking,
    /// Something was changed while the server was told of a change before it.
    again: StoredValue<bool>,
}

impl Preferred {
    /// Asks for them, in the browser.
    pub fn of_person() -> Self {
        let preferred = Self { kept: RwSignal::new(None), asking: Asking::new(), again: StoredValue::new(false) };
        in_browser(move || preferred.read());
        preferred
    }

    /// None until they have come.
    pub fn with<T>(self, read: impl FnOnce(&Preferences) -> T) -> Option<T> {
        self.kept.with(|kept| kept.as_ref().map(|kept| read(&kept.preferences)))
    }

    /// What went wrong the last time.
    pub fn problem(self) -> Option<Cow<'static, str>> {
        self.asking.problem()
    }

    /// Changes them on the page at once, and on the server as soon as it has taken what came before.
    pub fn change(self, change: impl FnOnce(&mut Preferences)) {
        let is_there = self.kept.try_update(|kept| kept.as_mut().map(|kept| change(&mut kept.preferences)).is_some());
        if is_there != Some(true) {
            return;
        }
        if self.asking.runs_now() {
            self.again.set_value(true);
        } else {
            self.tell();
        }
    }

    fn read(self) {
        self.asking.ask(async move {
            self.kept.try_set(Some(patiently(get_preferences).await?));
            Ok(())
        });
    }

    fn tell(self) {
        self.asking.ask(async move {
            loop {
                self.again.try_set_value(false);
                let Some(KeptPreferences { preferences, version }) = self.kept.try_get_untracked().flatten() else {
                    return Ok(());
                };
                match change_preferences(preferences, version).await {
                    Ok(kept) => {
                        self.kept.try_update(|known| known.as_mut().map(|known| known.version = kept.version));
                    }
                    Err(error) => {
                        // It shows again what the server holds: another try then means it.
                        if let Ok(kept) = get_preferences().await {
                            self.kept.try_set(Some(kept));
                        }
                        return Err(error);
                    }
                }
                if self.again.try_get_value() != Some(true) {
                    return Ok(());
                }
            }
        });
    }
}
