//! The one sentence that a person sees when something went wrong, the same on the page and in the API.

use leptos::{
    prelude::{FromServerFnError, use_context},
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// On the wire `{"error": {"code", "message", "hint"?}}`; the HTTP status follows from the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(from = "Envelope", into = "Envelope")]
#[error("{message}")]
pub struct Error {
    pub code: Code,
    /// What happened: lower case, no final period, the value last and in backticks.
    pub message: String,
    /// What to do next, where we know.
    pub hint: Option<String>,
}

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// What a caller can act on, one name each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is not what this address takes.
    BadRequest,
    /// The token link was not opened in this browser.
    Unauthorized,
    /// Another site tried to act in a person's name.
    Forbidden,
    /// The conversation, message or page is not there.
    NotFound,
    /// No such model is connected.
    ModelNotFound,
    MethodNotAllowed,
    /// A reply is being written on that branch.
    ReplyRunning,
    /// The same request id came with another body.
    RequestReused,
    /// Somebody changed it since; the change names what it saw.
    Stale,
    TooLarge,
    UnsupportedMediaType,
    /// The `Host` is not one of this server's.
    Misdirected,
    /// It was understood and cannot be done as it is, such as an empty message.
    Invalid,
    /// The model's provider cannot be reached.
    ProviderUnreachable,
    /// The provider does not take our key.
    ProviderKey,
    /// Too many requests, or the quota is used up.
    ProviderLimit,
    /// The provider answered with an error, or with something that is no answer.
    ProviderError,
    /// The provider's stream broke off.
    ProviderCut,
    /// The server went down while the reply was written.
    ServerStopped,
    /// The server cannot answer now; trying again helps.
    Unavailable,
    /// The server's disk is full.
    DiskFull,
    /// A fault of ours; the log says more.
    Internal,
}

impl Code {
    /// The HTTP status of an answer with this code.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound | Self::ModelNotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::ReplyRunning | Self::RequestReused | Self::Stale => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Misdirected => 421,
            Self::Invalid => 422,
            Self::Internal => 500,
            Self::ProviderUnreachable
            | Self::ProviderKey
            | Self::ProviderLimit
            | Self::ProviderError
            | Self::ProviderCut => 502,
            Self::ServerStopped | Self::Unavailable => 503,
            Self::DiskFull => 507,
        }
    }
}

/// The server puts this into the context of each request. What cannot be read is a request there, and an answer in the browser.
#[derive(Clone, Copy, Debug)]
pub struct OnServer;

impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        match error {
            E::Args(text) | E::MissingArg(text) => {
                Self::new(Code::BadRequest, format!("the request could not be read: {text}"))
            }
            E::Deserialization(text) if use_context::<OnServer>().is_some() => {
                Self::new(Code::BadRequest, format!("the request could not be read: {text}"))
            }
            // The browser heard nothing, or something that is not ours, such as a proxy's own page.
            E::Request(_) | E::Response(_) | E::Deserialization(_) => {
                Self::new(Code::Unavailable, "the server cannot be reached")
                    .hint("check your connection and try again; nothing is lost")
            }
            other => Self::new(Code::Internal, other.to_string()),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    error: Body,
}

#[derive(Serialize, Deserialize)]
struct Body {
    code: Code,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl From<Envelope> for Error {
    fn from(Envelope { error: Body { code, message, hint } }: Envelope) -> Self {
        Self { code, message, hint }
    }
}

impl From<Error> for Envelope {
    fn from(Error { code, message, hint }: Error) -> Self {
        Self { error: Body { code, message, hint } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn travels_in_an_envelope() {
        let error = Error::new(Code::NotFound, "no such conversation");
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(json, r#"{"error":{"code":"not_found","message":"no such conversation"}}"#);
        assert_eq!(serde_json::from_str::<Error>(&json).unwrap(), error);
    }
}
