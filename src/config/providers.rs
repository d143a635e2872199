//! What the environment says of models: the names that their users have in it anyway.

use super::{Environment, WrongSetting, without_password, wrong};
use crate::providers::{Account, LOCAL_PORTS, Places, SERVICES, guide::System};
use crate::settings::keys::from_hex;
use secrecy::SecretString;

/// Variables that are only read from the environment: a flag would show a key to everyone on the machine, and a file would
/// keep it in the clear.
pub fn variables() -> Vec<(&'static str, String)> {
    let mut all = vec![];
    for service in SERVICES {
        let elsewhere = service.address.map(|address| format!(", or to {address} where that is set"));
        let elsewhere = elsewhere.unwrap_or_default();
        all.push((
            service.key,
            format!("A key for {}, which is sent nowhere but to {}{elsewhere}", service.name, service.url),
        ));
        if let Some(address) = service.address.filter(|address| *address != "OPENAI_BASE_URL") {
            all.push((address, format!("Another address for {}, used with its key", service.name)));
        }
    }
    all.push(("OLLAMA_HOST", "Where Ollama listens, in any form that Ollama takes".to_owned()));
    let lock = "What encrypts the keys that are entered on the settings page: 64 hex digits. Without it, a file named `key` in the data folder does";
    all.push((LOCK, lock.to_owned()));
    all
}

const LOCK: &str = "BROOKLET_KEY";

/// What encrypts the keys that people enter.
pub fn key(environment: &Environment) -> Result<Option<SecretString>, WrongSetting> {
    let Some(key) = environment.variable(LOCK) else { return Ok(None) };
    // What was set may be nearly right, and is not shown.
    let allowed = "it must be 64 hex digits, such as `openssl rand -hex 32` prints";
    if from_hex(&key).is_some() { Ok(Some(key.into())) } else { Err(wrong(LOCK, "…", allowed)) }
}

/// The part of `--help` about them.
pub fn help() -> String {
    let lines = variables().into_iter().map(|(name, says)| format!("  {name:<20} {says}\n"));
    format!("Read from the environment alone:\n{}", lines.collect::<String>())
}

/// `base_url` and `local_ports` as the flags or the file have them.
pub fn places(
    base_url: Option<String>,
    local_ports: Option<String>,
    environment: &Environment,
) -> Result<Places, WrongSetting> {
    let base_url = base_url.filter(|url| !url.trim().is_empty()).map(checked).transpose()?;
    let mut accounts = vec![];
    for service in SERVICES {
        let key = environment.variable(service.key).map(SecretString::from);
        let base_url = match service.address {
            Some("OPENAI_BASE_URL") => base_url.clone(),
            // Without a key, another program's address is not ours to ask.
            Some(address) => environment.variable(address).filter(|_| key.is_some()),
            None => None,
        };
        if key.is_some() || base_url.is_some() {
            accounts.push(Account { service, base_url, key });
        }
    }
    let ollama_host = environment.variable("OLLAMA_HOST");
    Ok(Places { accounts, ollama_host, local_ports: ports(local_ports.as_deref())? })
}

fn checked(base_url: String) -> Result<String, WrongSetting> {
    let parsed =
        url::Url::parse(base_url.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if parsed.is_none() {
        let allowed = "it must be an http or https URL, such as http://127.0.0.1:11434/v1";
        return Err(wrong("openai_base_url (OPENAI_BASE_URL)", &without_password(&base_url), allowed));
    }
    Ok(base_url)
}

fn ports(text: Option<&str>) -> Result<Vec<u16>, WrongSetting> {
    let refused = |text: &str| {
        let allowed = "it must be port numbers joined by commas, such as 11434,8080, or off";
        wrong("local_ports (BROOKLET_LOCAL_PORTS)", text, allowed)
    };
    match text.map(str::trim) {
        None => Ok(LOCAL_PORTS.to_vec()),
        Some("off") => Ok(vec![]),
        Some(text) => {
            let mut ports: Vec<u16> = vec![];
            for word in text.split(',') {
                let port = word.trim().parse().ok().filter(|port| *port > 0).ok_or_else(|| refused(text))?;
                if !ports.contains(&port) {
                    ports.push(port);
                }
            }
            Ok(ports)
        }
    }
}

/// The system that the person has to do with: a container's shell is not where model servers are started.
pub fn system(environment: &Environment) -> System {
    // systemd-nspawn and Podman set the first, Kubernetes the second.
    let told = ["container", "KUBERNETES_SERVICE_HOST"].iter().any(|name| environment.variable(name).is_some());
    if environment.in_container || told { System::Container } else { System::of_this_build() }
}
