//! `OLLAMA_HOST` in all the forms that Ollama itself takes: it names where the server listens as well as where clients
//! find it, so `0.0.0.0` and `:11434` are as usual as a URL.

use std::net::{Ipv4Addr, Ipv6Addr};
use url::Url;

const PORT: u16 = 11434;

/// The base URL of the API there; none if the text names no place.
pub fn base_url(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    let (scheme, rest, usual) = match text.split_once("://") {
        None => ("http", text, PORT),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest, 80),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest, 443),
        Some(_) => return None,
    };
    if rest.contains(['@', '?', '#', '\\']) || rest.contains(char::is_whitespace) || rest.contains(char::is_control) {
        return None;
    }
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = host_and_port(place)?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix("v1").map_or(path, |before| before.trim_end_matches('/'));
    let slash = if path.is_empty() { "" } else { "/" };
    let url = format!("{scheme}://{host}:{}{slash}{path}", port.unwrap_or(usual));
    Url::parse(&url).ok().filter(Url::has_host).map(|_| url)
}

/// The host as a client reaches it, and the port where one is named.
fn host_and_port(place: &str) -> Option<(String, Option<u16>)> {
    let bare = place.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(place);
    if let Ok(ip) = bare.parse::<Ipv6Addr>() {
        return Some((reachable_v6(ip), None));
    }
    if let Some((ip, port)) = place.strip_prefix('[').and_then(|rest| rest.split_once("]:")) {
        return Some((reachable_v6(ip.parse().ok()?), Some(number(port)?)));
    }
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(number(port)?)),
        None => (place, None),
    };
    let everywhere = host.is_empty() || host.parse() == Ok(Ipv4Addr::UNSPECIFIED);
    Some((if everywhere { "127.0.0.1".to_owned() } else { host.to_owned() }, port))
}

/// `::` listens to both families, of which the system may have one: the name stands for both.
fn reachable_v6(ip: Ipv6Addr) -> String {
    if ip.is_unspecified() { "localhost".to_owned() } else { format!("[{ip}]") }
}

fn number(port: &str) -> Option<u16> {
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|port| digits && *port > 0)
}

#[cfg(test)]
mod tests {
    use super::base_url;

    #[test]
    fn takes_every_form_that_ollama_takes() {
        for (set, url) in [
            ("", "http://127.0.0.1:11434"),
            ("127.0.0.1", "http://127.0.0.1:11434"),
            ("127.0.0.1:11435", "http://127.0.0.1:11435"),
            (":11434", "http://127.0.0.1:11434"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            ("0.0.0.0:8080", "http://127.0.0.1:8080"),
            ("[::]", "http://localhost:11434"),
            ("::", "http://localhost:11434"),
            ("[::]:9", "http://localhost:9"),
            ("::1", "http://[::1]:11434"),
            ("[::1]:11434", "http://[::1]:11434"),
            ("gpu-box", "http://gpu-box:11434"),
            ("gpu-box:1", "http://gpu-box:1"),
            ("http://gpu-box", "http://gpu-box:80"),
            ("http://gpu-box:11434", "http://gpu-box:11434"),
            ("http://", "http://127.0.0.1:80"),
            ("HTTP://gpu-box:11434/", "http://gpu-box:11434"),
            ("http://0.0.0.0:11434///", "http://127.0.0.1:11434"),
            ("https://ollama.example.org", "https://ollama.example.org:443"),
            ("https://example.org/ollama/", "https://example.org:443/ollama"),
            ("https://example.org:8443/a/b", "https://example.org:8443/a/b"),
            ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434"),
            ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434"),
            ("  \"0.0.0.0:11434\" ", "http://127.0.0.1:11434"),
            ("'gpu-box'", "http://gpu-box:11434"),
        ] {
            assert_eq!(base_url(set).as_deref(), Some(url), "{set}");
        }
    }

    #[test]
    fn nonsense_is_no_place() {
        for set in [
            "ftp://gpu-box",
            "unix:///run/ollama.sock",
            "gpu-box:port",
            "gpu-box:",
            "gpu-box:99999",
            "gpu-box:0",
            "gpu-box:+1",
            "gpu box",
            "http://me:secret@gpu-box",
            "[::1",
            "[nonsense]:1",
            "a:b:c",
            "http://gpu-box/?x=1",
            "http://gpu-box/#x",
            "\u{0}",
            "http://[",
            "<script>",
        ] {
            assert_eq!(base_url(set), None, "{set}");
        }
    }
}
