//! Where a provider is asked: its base URL, what is below it, and the client that goes there.

use super::{CONNECT, Format, IDLE_CONNECTION, OptionsError, peer::cause};
use crate::providers::{SERVICES, Service};
use reqwest::{Client, Url, redirect};

/// The service whose address this is.
pub fn service_at(base: &Url) -> Option<&'static Service> {
    SERVICES.into_iter().find(|service| Url::parse(service.url).is_ok_and(|url| url.host() == base.host()))
}

pub fn base(text: &str, format: Format) -> Result<Url, OptionsError> {
    let mut base = Url::parse(text.trim()).map_err(|_| OptionsError::BaseUrl)?;
    // A name or password would be shown with the URL, and would fight with the key for the same header.
    let plain = base.username().is_empty() && base.password().is_none();
    if !matches!(base.scheme(), "http" | "https") || !plain {
        return Err(OptionsError::BaseUrl);
    }
    base.set_fragment(None);
    if base.path() == "/" {
        base.set_path(match format {
            Format::Ollama => "/",
            Format::Gemini => "/v1beta",
            _ => "/v1",
        });
    }
    Ok(base)
}

/// The URL below `base`; a query, such as an API version, stays.
pub fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    // Fails only for URLs that cannot be a base, and those are neither http nor https.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

pub fn with(mut url: Url, query: Option<(&str, &str)>) -> Url {
    if let Some((name, value)) = query {
        url.query_pairs_mut().append_pair(name, value);
    }
    url
}

pub fn client(base: &Url) -> Result<Client, OptionsError> {
    // Without a provider of cryptography reqwest panics. Whoever is first installs it; a second time changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = Client::builder()
        .user_agent(concat!("brooklet/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE_CONNECTION)
        // A key goes only to the base URL that it was entered for.
        .redirect(redirect::Policy::none());
    if base.scheme() == "http" {
        // No TLS: the machine's certificates are not read, and need not be there (bare containers have none).
        client = client.tls_certs_only([]);
    }
    if is_loopback(base) {
        // A company's proxy does not know our loopback.
        client = client.no_proxy();
    }
    client.build().map_err(|error| OptionsError::Tls(cause(&error)))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_host_is_asked_where_its_format_is_spoken() {
        for (format, asked) in [
            (Format::Chat, "http://gpu-box:1/v1"),
            (Format::Anthropic, "http://gpu-box:1/v1"),
            (Format::Gemini, "http://gpu-box:1/v1beta"),
            (Format::Ollama, "http://gpu-box:1/"),
        ] {
            assert_eq!(base("http://gpu-box:1", format).unwrap().as_str(), asked);
            assert_eq!(base("http://gpu-box:1/own", format).unwrap().as_str(), "http://gpu-box:1/own");
        }
    }

    #[test]
    fn no_proxy_stands_before_loopback() {
        for (url, loopback) in [
            ("http://localhost:1", true),
            ("http://127.0.0.1", true),
            ("http://127.1", true),
            ("http://[::1]:1", true),
            ("https://api.openai.com", false),
            ("http://192.168.0.7", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), loopback, "{url}");
        }
    }
}
