//! Says what went wrong with a provider, in words for the person, and never with its key.

use super::{
    KeyFrom,
    refusal::{Cause, Said},
};
use crate::providers::Error;
use secrecy::{ExposeSecret, SecretString};
use std::{error::Error as StdError, io, time::Duration};

/// The longest message of a provider that is passed on, in characters.
const LONGEST: usize = 500;

/// Shorter keys are words like `none` or `ollama`, which stand for no key at all; hiding them would only garble.
const SHORTEST_SECRET: usize = 8;

/// The provider, as errors speak of it.
#[derive(Debug)]
pub struct Peer {
    pub name: String,
    /// Without a query, which may hold a secret.
    pub url: String,
    pub key: Option<SecretString>,
    pub key_from: KeyFrom,
}

impl Peer {
    pub fn unreachable(&self, error: &(dyn StdError + 'static)) -> Error {
        let cause = self.clean(&cause(error));
        Error::Unreachable { provider: self.name.clone(), url: self.url.clone(), cause }
    }

    pub fn silent(&self, after: Duration) -> Error {
        Error::Silent { provider: self.name.clone(), after }
    }

    /// The key is one, and no word that stands for none.
    pub fn has_secret(&self) -> bool {
        self.key.as_ref().is_some_and(|key| key.expose_secret().len() >= SHORTEST_SECRET)
    }

    pub fn stranger(&self) -> Error {
        Error::Stranger { provider: self.name.clone(), url: self.url.clone() }
    }

    pub fn cut(&self) -> Error {
        Error::Cut { provider: self.name.clone() }
    }

    /// `what` was sent instead of a reply; `sent` is quoted behind it.
    pub fn malformed(&self, what: &str, sent: &[u8]) -> Error {
        let sent = self.clean(&String::from_utf8_lossy(sent));
        let message = if sent.is_empty() { what.to_owned() } else { format!("{what}: `{sent}`") };
        Error::Malformed { provider: self.name.clone(), message }
    }

    /// An error in the provider's own words: the body of a 4xx or 5xx, or (without a status) one inside a 200.
    pub fn refusal(&self, status: Option<u16>, retry_after: Option<Duration>, body: &[u8]) -> Error {
        let said = Said::read(body);
        let status = status.or(said.status);
        let provider = self.name.clone();
        let message = match (self.clean(&said.message), status) {
            (message, _) if said.own_words && !message.is_empty() => message,
            (message, Some(status)) if message.is_empty() => format!("status {status}"),
            (message, Some(status)) => format!("{message} (status {status})"),
            (message, None) => message,
        };
        let retry_after = retry_after.or(said.retry_after);
        match said.cause(status) {
            Cause::Key => Error::Key { provider, message, from: self.key_from, given: self.key.is_some() },
            Cause::Credit => Error::Credit { provider, message },
            Cause::Limit => Error::Limit { provider, message, retry_after },
            Cause::Context => Error::Context { provider, message },
            Cause::Content => Error::Content { provider, message },
            Cause::NoModel => Error::NoModel { provider, message },
            Cause::Busy => Error::Busy { provider, message, retry_after },
            Cause::Other => Error::Refused { provider, message },
        }
    }

    /// One line of bounded length, without the key.
    pub fn clean(&self, text: &str) -> String {
        let hidden = match self.key.as_ref().map(|key| key.expose_secret()) {
            Some(key) if self.has_secret() => text.replace(key, "[key]"),
            _ => text.to_owned(),
        };
        let spaced = hidden.replace(char::is_control, " ");
        let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }
}

/// Why no connection came about, in plain words; the deepest error says it best.
pub fn cause(error: &(dyn StdError + 'static)) -> String {
    let mut words = plain(error).unwrap_or_else(|| error.to_string());
    let mut next = error.source();
    while let Some(error) = next {
        words = plain(error).unwrap_or_else(|| error.to_string());
        // An `io::Error` that wraps another gives the source of that one as its own: look at the wrapped ones, too.
        let mut wrapping = error.downcast_ref::<io::Error>();
        while let Some(wrapped) = wrapping.and_then(io::Error::get_ref) {
            if let Some(plain) = plain(wrapped) {
                return plain;
            }
            wrapping = wrapped.downcast_ref();
        }
        next = error.source();
    }
    words
}

fn plain(error: &(dyn StdError + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(match error {
            rustls::Error::InvalidCertificate(why) => format!("its certificate is not trusted: `{why:?}`"),
            rustls::Error::InvalidMessage(_) => "it does not speak TLS; is it `http://`?".to_owned(),
            other => format!("no TLS connection: {other}"),
        });
    }
    let text = error.to_string();
    if text.contains("failed to lookup address") || text.contains("dns error") {
        return Some("no such host name is known".to_owned());
    }
    // The words of hyper and reqwest, whose errors are private types.
    if text.contains("connection closed before message completed") {
        return Some("it closed the connection".to_owned());
    }
    if text.contains("operation timed out") {
        return Some("no connection in time".to_owned());
    }
    match error.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::ConnectionRefused => Some("nothing listens there".to_owned()),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            Some("it closed the connection".to_owned())
        }
        io::ErrorKind::TimedOut => Some("no connection in time".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer() -> Peer {
        Peer {
            name: "OpenAI".into(),
            url: "http://localhost/v1".into(),
            key: Some("sk-0123456789".into()),
            key_from: KeyFrom::Setting("OPENAI_API_KEY"),
        }
    }

    fn refused(message: &str) -> Error {
        Error::Refused { provider: "OpenAI".into(), message: message.into() }
    }

    #[test]
    fn finds_the_message_in_every_known_body() {
        for (body, message) in [
            (r#"{"error":{"message":"no luck","type":"x"}}"#, "no luck"),
            (r#"{"error":"no luck"}"#, "no luck"),
            (r#"{"object":"error","message":"no luck"}"#, "no luck"),
            (r#"{"detail":"no luck"}"#, "no luck"),
            (r#"{"detail":[{"msg":"no luck"}]}"#, r#"[{"msg":"no luck"}]"#),
            (r#"{"error":{"code":"x"}}"#, r#"{"code":"x"}"#),
            ("no\r\n luck\u{7}", "no luck (status 400)"),
            ("", "status 400"),
            ("\n<!doctype html><p>no luck", "an HTML page instead of a reply (status 400)"),
        ] {
            assert_eq!(peer().refusal(Some(400), None, body.as_bytes()), refused(message), "{body}");
        }
        let long = peer().clean(&"想".repeat(LONGEST + 1));
        assert_eq!(long.chars().count(), LONGEST + 1);
        assert!(long.ends_with("想…"));
    }

    #[test]
    fn a_status_tells_the_cause() {
        let (provider, message, after) = ("OpenAI".to_owned(), "a model".to_owned(), Some(Duration::from_secs(7)));
        let body = br#"{"error":{"message":"a model"}}"#;
        let key = Error::Key {
            provider: provider.clone(),
            message: message.clone(),
            from: KeyFrom::Setting("OPENAI_API_KEY"),
            given: true,
        };
        assert_eq!(peer().refusal(Some(401), None, body), key);
        assert_eq!(peer().refusal(Some(403), None, body), key);
        let limit = Error::Limit { provider: provider.clone(), message: message.clone(), retry_after: after };
        assert_eq!(peer().refusal(Some(429), after, body), limit);
        let busy = Error::Busy { provider: provider.clone(), message: message.clone(), retry_after: after };
        assert_eq!(peer().refusal(Some(503), after, body), busy);
        assert_eq!(peer().refusal(Some(404), None, body), Error::NoModel { provider, message });
        assert_eq!(peer().refusal(Some(404), None, br#"{"detail":"Not Found"}"#), refused("Not Found"));
        assert_eq!(peer().refusal(Some(400), None, body), refused("a model"));
    }

    #[test]
    fn a_code_in_the_body_tells_it_as_well() {
        let provider = "OpenAI".to_owned();
        let body = br#"{"error":{"message":"gone","code":"model_not_found"}}"#;
        assert_eq!(
            peer().refusal(None, None, body),
            Error::NoModel { provider: provider.clone(), message: "gone".into() }
        );
        let body = br#"{"error":{"message":"slow down","code":429}}"#;
        let limit = Error::Limit { provider, message: "slow down".into(), retry_after: None };
        assert_eq!(peer().refusal(None, None, body), limit);
    }

    #[test]
    fn hides_the_key_wherever_it_is_said() {
        let body = br#"{"error":{"message":"bad key sk-0123456789, sk-0123456789"}}"#;
        for error in [
            peer().refusal(Some(401), None, body),
            peer().refusal(None, None, b"sk-0123456789"),
            peer().malformed("no JSON", b"sk-0123456789"),
            peer().unreachable(&io::Error::other("sk-0123456789")),
        ] {
            assert!(!format!("{error:?} {error}").contains("0123456789"), "{error}");
        }
        assert!(!format!("{:?}", peer()).contains("0123456789"));
    }

    #[test]
    fn leaves_a_key_that_is_none() {
        let peer = Peer { key: Some("ollama".into()), ..peer() };
        assert_eq!(peer.clean("ollama has no model"), "ollama has no model");
    }

    #[test]
    fn says_the_cause_in_plain_words() {
        #[derive(Debug, thiserror::Error)]
        #[error("error sending request")]
        struct Outer(#[source] io::Error);

        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        for (inner, words) in [
            (io::ErrorKind::ConnectionRefused.into(), "nothing listens there"),
            (io::Error::other(tls), "its certificate is not trusted: `UnknownIssuer`"),
            (io::Error::other("failed to lookup address information: x"), "no such host name is known"),
            (io::Error::other("something else"), "something else"),
        ] {
            assert_eq!(cause(&Outer(inner)), words);
        }
    }
}
