//! What people set up: providers with their keys, which models are offered, and what models are told.

pub mod keys;
mod preferences;
mod setup;

pub use setup::{checked_setup, read_setup};

use crate::{
    journal::Journal,
    providers::{self, Entered, Providers, Row},
    store::{Intent, KeptProvider, Library, unavailable},
};
use app::wire::{Code, Error, NewProvider, ProviderChange, ProviderList, ProviderSettings, Secret, Tested};
use keys::{Keys, KeysError};
use secrecy::SecretString;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Characters of a name, and of an address, at most; and of the longest key that is known, many times over.
const NAME_CHARS: usize = 60;
const URL_CHARS: usize = 2_000;
const KEY_CHARS: usize = 10_000;

/// Names of models that can be given by hand, and characters of each.
const ONLY: usize = 200;
const ONLY_CHARS: usize = 200;

/// Providers that can be entered at most.
const PROVIDERS: usize = 100;

#[derive(Clone)]
pub struct Settings {
    pub journal: Journal,
    pub library: Arc<dyn Library>,
    pub providers: Arc<Providers>,
    pub keys: Arc<Keys>,
    /// Held while the providers are changed, so that each change begins with what the one before it left.
    pub changing: Arc<Mutex<()>>,
}

impl Settings {
    /// Hands the registry what is kept. Called at the start, before any reply is gone on with, and after each change.
    pub async fn load(&self) -> Result<(), Error> {
        let kept = self.library.providers().await.map_err(unavailable)?;
        self.providers.enter(kept.into_iter().map(|kept| self.entered(kept)).collect());
        Ok(())
    }

    pub async fn providers(&self) -> ProviderList {
        let rows = self.providers.rows().await;
        ProviderList { providers: rows.into_iter().map(shown).collect(), services: providers::services() }
    }

    /// Errors as in `Backend::add_provider`.
    pub async fn add_provider(&self, new: NewProvider) -> Result<ProviderSettings, Error> {
        let _alone = self.changing.lock().await;
        let (mut provider, key) = checked(new)?;
        let needs_key = providers::services().iter().any(|row| row.id == provider.service && row.keys_at.is_some());
        if needs_key && key.is_none() {
            return Err(Error::new(Code::Invalid, format!("{} answers nobody without a key", provider.name))
                .hint("enter the key that its website gave you"));
        }
        let kept = self.library.providers().await.map_err(unavailable)?;
        if kept.len() >= PROVIDERS {
            return Err(Error::new(Code::Invalid, format!("there are {PROVIDERS} providers already")));
        }
        // Two alike are told apart, in the picker and before one is deleted.
        let is_taken = |name: &String| kept.iter().any(|known| known.name == *name);
        if is_taken(&provider.name) {
            let mut numbered = (2..).map(|number| format!("{} {number}", provider.name));
            if let Some(free) = numbered.find(|name| !is_taken(name)) {
                provider.name = free;
            }
        }
        provider.id = self.providers.free_id(&entered(&provider, Ok(key.clone()))).map_err(refused)?;
        provider.sealed =
            key.map(|key| self.keys.seal(&provider.id, &provider.base_url, &key)).transpose().map_err(unkept)?;
        self.keep(provider, None).await
    }

    /// Errors as in `Backend::change_provider`.
    pub async fn change_provider(&self, change: ProviderChange) -> Result<ProviderSettings, Error> {
        let _alone = self.changing.lock().await;
        let mut provider = self.kept(&change.id).await?;
        let ProviderChange { seen, name, base_url, key, only, enabled, .. } = change;
        provider.name = name.map(checked_name).transpose()?.unwrap_or(provider.name);
        provider.only = only.map(checked_only).transpose()?.unwrap_or(provider.only);
        provider.enabled = enabled.unwrap_or(provider.enabled);
        let base_url = base_url.map(|url| checked_url(url, &provider.service)).transpose()?;
        let base_url = base_url.unwrap_or_else(|| provider.base_url.clone());
        let moved = base_url != provider.base_url;
        provider.base_url = base_url;
        match key {
            Some(key) => {
                let key = checked_key(&key)?;
                self.providers.check(&entered(&provider, Ok(key.clone()))).map_err(refused)?;
                provider.sealed = key
                    .map(|key| self.keys.seal(&provider.id, &provider.base_url, &key))
                    .transpose()
                    .map_err(unkept)?;
            }
            None if moved && provider.sealed.is_some() => return Err(bound()),
            None => self.providers.check(&entered(&provider, Ok(None))).map_err(refused)?,
        }
        self.keep(provider, Some(seen)).await
    }

    /// Deleting what is deleted changes nothing.
    pub async fn delete_provider(&self, id: String) -> Result<(), Error> {
        let _alone = self.changing.lock().await;
        self.journal.submit(Intent::ForgetProvider { id }).await?;
        self.load().await
    }

    /// Errors as in `Backend::test_provider`.
    pub async fn test_provider(&self, id: Option<String>, new: Option<NewProvider>) -> Result<Tested, Error> {
        let Some(new) = new else {
            let told = self.providers.test_first(&id.unwrap_or_default()).await.ok_or_else(not_found)?;
            return told.map_err(|(error, source)| error.to_wire().hint(error.listing_hint(&source)));
        };
        let (provider, mut key) = checked(new)?;
        if let (Some(id), None) = (id, &key) {
            let kept = self.kept(&id).await?;
            if let Some(sealed) = kept.sealed {
                if kept.base_url != provider.base_url {
                    return Err(bound());
                }
                key = Some(self.keys.open(&id, &kept.base_url, &sealed).map_err(unkept)?);
            }
        }
        self.providers.test(&entered(&provider, Ok(key))).await.map_err(untested)
    }

    async fn keep(&self, provider: KeptProvider, seen: Option<u64>) -> Result<ProviderSettings, Error> {
        let id = provider.id.clone();
        self.journal.submit(Intent::KeepProvider { provider, seen }).await?;
        self.load().await?;
        let rows = self.providers.rows().await;
        let row = rows.into_iter().find(|row| row.entered.as_ref().is_some_and(|entered| entered.id == id));
        row.map(shown).ok_or_else(not_found)
    }

    async fn kept(&self, id: &str) -> Result<KeptProvider, Error> {
        let all = self.library.providers().await.map_err(unavailable)?;
        all.into_iter().find(|kept| kept.id == id).ok_or_else(not_found)
    }

    fn entered(&self, kept: KeptProvider) -> Entered {
        let open = |sealed: &Vec<u8>| self.keys.open(&kept.id, &kept.base_url, sealed);
        let key = kept.sealed.as_ref().map(open).transpose().map_err(|error| error.to_string());
        if let Err(why) = &key {
            tracing::warn!("the key of `{}` cannot be read: {why}", kept.id);
        }
        entered(&kept, key)
    }
}

fn entered(kept: &KeptProvider, key: Result<Option<SecretString>, String>) -> Entered {
    let KeptProvider { id, service, name, base_url, only, enabled, version, .. } = kept.clone();
    Entered { id, version, service, name, base_url, key, only, enabled }
}

fn shown(row: Row) -> ProviderSettings {
    let Row { id, name, source, base_url, has_key, entered, models } = row;
    let hinted = |error: providers::Error| match &entered {
        // On the page itself, "in the settings" tells nothing.
        Some(_) => untested(error),
        None => error.to_wire().hint(error.listing_hint(&source)),
    };
    let (models, problem) = match models {
        Ok(models) => (models as u32, None),
        Err(error) => (0, Some(hinted(error))),
    };
    let Some(entered) = entered else {
        let (service, only, enabled, version) = (String::new(), vec![], true, 0);
        let source = Some(source);
        return ProviderSettings {
            id,
            name,
            service,
            base_url,
            has_key,
            only,
            enabled,
            version,
            source,
            models,
            problem,
        };
    };
    let Entered { id, version, service, name, base_url, key, only, enabled } = entered;
    // One that cannot be read is there all the same.
    let has_key = key.map_or(true, |key| key.is_some());
    ProviderSettings { id, name, service, base_url, has_key, only, enabled, version, source: None, models, problem }
}

/// A new provider with the id that it would like, its key still open.
fn checked(new: NewProvider) -> Result<(KeptProvider, Option<SecretString>), Error> {
    let services = providers::services();
    let service = services.iter().find(|service| service.id == new.service);
    let service = service.ok_or_else(|| invalid(format!("there is no such service: `{}`", new.service)))?;
    let or =
        |given: Option<String>, usual: &str| given.filter(|text| !text.trim().is_empty()).unwrap_or(usual.to_owned());
    let name = checked_name(or(new.name, &service.name))?;
    let provider = KeptProvider {
        id: if service.base_url.is_empty() { slug(&name, &service.id) } else { service.id.clone() },
        service: service.id.clone(),
        name,
        base_url: checked_url(or(new.base_url, &service.base_url), &service.id)?,
        sealed: None,
        only: checked_only(new.only)?,
        enabled: true,
        version: 1,
    };
    let key = new.key.as_ref().map(checked_key).transpose()?.flatten();
    Ok((provider, key))
}

/// The name in lower case, letters and digits alone, for ids.
fn slug(name: &str, otherwise: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    if slug.is_empty() { otherwise.to_owned() } else { slug }
}

fn checked_name(name: String) -> Result<String, Error> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let chars = name.chars().count();
    match (1..=NAME_CHARS).contains(&chars) {
        _ if name.contains(char::is_control) => Err(invalid("a name has no control characters".to_owned())),
        true => Ok(name),
        false => Err(invalid(format!("a name has 1 to {NAME_CHARS} characters, not `{chars}`"))),
    }
}

/// Whether it is a URL, the registry says.
fn checked_url(url: String, service: &str) -> Result<String, Error> {
    let url = url.trim().to_owned();
    if url.is_empty() {
        return Err(
            invalid("it needs an address".to_owned()).hint("enter its base URL, such as http://127.0.0.1:8000/v1")
        );
    }
    if url.chars().count() > URL_CHARS || url.contains(char::is_control) {
        return Err(invalid(format!("a base URL has {URL_CHARS} characters at most, and no line break")));
    }
    // Ollama's has forms of its own.
    Ok(if service == "ollama" { url } else { with_scheme(url) })
}

/// Without a scheme: TLS, except on machines of one's own, which have no names that the world knows.
fn with_scheme(url: String) -> String {
    if url.contains("://") {
        return url;
    }
    let host = url.split(['/', ':', '?']).next().unwrap_or_default();
    let is_own = url.starts_with('[') || !host.contains('.') || host.parse::<std::net::IpAddr>().is_ok();
    format!("{}://{url}", if is_own { "http" } else { "https" })
}

/// None: it is empty. What is easily copied along with it is left out.
fn checked_key(key: &Secret) -> Result<Option<SecretString>, Error> {
    let visible = key.0.replace(['\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}'], "");
    let key = visible.trim().trim_matches(['"', '\'', '`']).trim();
    let key = key.strip_prefix("Bearer ").unwrap_or(key).trim();
    if key.contains(char::is_whitespace) {
        return Err(invalid("the key has a space or a line break in it".to_owned()).hint("copy it once more, alone"));
    }
    if key.chars().count() > KEY_CHARS {
        return Err(invalid(format!("a key has {KEY_CHARS} characters at most")));
    }
    Ok((!key.is_empty()).then(|| key.into()))
}

fn checked_only(only: Vec<String>) -> Result<Vec<String>, Error> {
    let only: Vec<_> = only.iter().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    let fits = |id: &String| id.chars().count() <= ONLY_CHARS && !id.contains(char::is_control);
    match only.len() <= ONLY && only.iter().all(fits) {
        true => Ok(only),
        false => Err(invalid(format!("at most {ONLY} names of models, of {ONLY_CHARS} characters each"))),
    }
}

fn invalid(message: String) -> Error {
    Error::new(Code::Invalid, message)
}

/// A key stays behind when its address changes.
fn bound() -> Error {
    invalid("a key is used only at the address that it was entered for".to_owned())
        .hint("enter the key again, for the new address")
}

fn refused(error: providers::Error) -> Error {
    invalid(error.to_string())
}

fn not_found() -> Error {
    Error::new(Code::NotFound, "there is no such provider on this page").hint("one of the environment is changed there")
}

fn unkept(error: KeysError) -> Error {
    tracing::error!("a key can be neither kept nor read: {error}");
    let code = if error == KeysError::OtherLock { Code::Invalid } else { Code::Unavailable };
    Error::new(code, error.to_string())
}

/// What to do next, for who has the form at hand.
fn untested(error: providers::Error) -> Error {
    use providers::Error as E;
    let hint = match &error {
        E::Unreachable { .. } | E::Silent { .. } | E::Stranger { .. } => "check its address, and that it runs there",
        E::Key { given: false, .. } => "enter its key",
        E::Key { .. } => "copy the key once more from its website",
        E::Credit { .. } => "top up the account there",
        E::Limit { .. } => "its key and its address are right; test it again in a moment",
        E::Busy { .. } => "test it again in a moment",
        E::NoModel { .. } | E::Empty { .. } => "name another model",
        E::Entered { .. } => return invalid(error.to_string()),
        _ => "check its address; its documentation has it",
    };
    error.to_wire().hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(service: &str) -> NewProvider {
        NewProvider { service: service.into(), name: None, base_url: None, key: None, only: vec![] }
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        let (provider, key) = checked(NewProvider { key: Some(Secret(" \n".into())), ..new("anthropic") }).unwrap();
        assert_eq!((&*provider.id, &*provider.name, &*provider.service), ("anthropic", "Anthropic", "anthropic"));
        assert_eq!(provider.base_url, "https://api.anthropic.com/v1");
        assert!(key.is_none());
        let url = || Some(" http://gpu-box:8000/v1 ".to_owned());
        let named =
            |name: &str| checked(NewProvider { name: Some(name.into()), base_url: url(), ..new("openai-compatible") });
        for (name, id) in [
            ("vLLM  on the GPU box", "vllm-on-the-gpu-box"),
            ("", "openai-compatible-server"),
            ("小溪", "openai-compatible"),
        ] {
            let (provider, _) = named(name).unwrap();
            assert_eq!((&*provider.id, &*provider.base_url), (id, "http://gpu-box:8000/v1"));
        }
    }

    #[test]
    fn an_address_without_a_scheme_gets_the_likely_one() {
        for (given, taken) in [
            ("127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
            ("localhost:8000", "http://localhost:8000"),
            ("gpu-box", "http://gpu-box"),
            ("[::1]:8000/v1", "http://[::1]:8000/v1"),
            ("api.example.com/v1", "https://api.example.com/v1"),
            ("http://api.example.com", "http://api.example.com"),
        ] {
            assert_eq!(checked_url(given.into(), "openai-compatible").unwrap(), taken);
        }
        assert_eq!(checked_url("0.0.0.0".into(), "ollama").unwrap(), "0.0.0.0");
    }

    #[test]
    fn what_cannot_be_is_told() {
        let only = vec!["m".to_owned(); ONLY + 1];
        for (provider, told) in [
            (new("nobody"), "there is no such service: `nobody`"),
            (new("openai-compatible"), "it needs an address"),
            (NewProvider { name: Some("n".repeat(61)), ..new("openai") }, "a name has 1 to 60 characters, not `61`"),
            (
                NewProvider { base_url: Some("http://a\nb".into()), ..new("openai") },
                "a base URL has 2000 characters at most, and no line break",
            ),
            (
                NewProvider { key: Some(Secret("k".repeat(KEY_CHARS + 1))), ..new("openai") },
                "a key has 10000 characters at most",
            ),
            (NewProvider { only, ..new("openai") }, "at most 200 names of models, of 200 characters each"),
        ] {
            let error = checked(provider).unwrap_err();
            assert_eq!((error.code, &*error.message), (Code::Invalid, told));
        }
    }
}
