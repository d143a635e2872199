//! The one sentence that a person sees when something went wrong, the same on the page and in the API.

use super::word::words;
use leptos::{
    prelude::{FromServerFnError, use_context},
    server_fn::{
        Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::JsonEncoding, error::ServerFnErrorErr,
    },
};
use serde::{Deserialize, Serialize};

/// On the wire `{"code", "message", "hint"?, "detail"?}`; the HTTP status follows from the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub code: Code,
    /// What happened: lower case, no final period, the value last and in backticks.
    pub message: String,
    /// What to do next, where we know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What the model's provider itself said, in one line; for who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// An answer that is an error: `{"error": {…}}`, so that nobody takes it for what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorAnswer {
    pub error: Error,
}

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, detail: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

words! {
    /// What a caller can act on, one name each.
    pub enum Code {
        /// The request is not what this address takes.
        BadRequest = "bad_request",
        /// The token link was not opened in this browser.
        Unauthorized = "unauthorized",
        /// Another site tried to act in a person's name.
        Forbidden = "forbidden",
        /// The conversation, message or page is not there.
        NotFound = "not_found",
        /// No such model is connected.
        ModelNotFound = "model_not_found",
        MethodNotAllowed = "method_not_allowed",
        /// A reply is being written on that branch.
        ReplyRunning = "reply_running",
        /// The same request id came with another body.
        RequestReused = "request_reused",
        /// Somebody changed it since; the change names what it saw.
        Stale = "stale",
        TooLarge = "too_large",
        UnsupportedMediaType = "unsupported_media_type",
        /// The `Host` is not one of this server's.
        Misdirected = "misdirected",
        /// It was understood and cannot be done as it is, such as an empty message.
        Invalid = "invalid",
        /// The model's provider cannot be reached.
        ProviderUnreachable = "provider_unreachable",
        /// The provider does not take our key.
        ProviderKey = "provider_key",
        /// The account there has nothing left to pay with.
        ProviderCredit = "provider_credit",
        /// Too many requests for now.
        ProviderLimit = "provider_limit",
        /// The provider has too much to do, or a fault of its own; trying again helps.
        ProviderBusy = "provider_busy",
        /// The conversation is longer than the model can read.
        ContextTooLong = "context_too_long",
        /// The provider will not speak of this.
        ContentRefused = "content_refused",
        /// The provider answered with an error, or with something that is no answer.
        ProviderError = "provider_error",
        /// The provider's stream broke off.
        ProviderCut = "provider_cut",
        /// The server went down while the reply was written.
        ServerStopped = "server_stopped",
        /// The server cannot answer now; trying again helps.
        Unavailable = "unavailable",
        /// The server's disk is full.
        DiskFull = "disk_full",
        /// A fault of ours; the log says more.
        Internal = "internal",
    }
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
            | Self::ProviderCredit
            | Self::ProviderLimit
            | Self::ProviderBusy
            | Self::ContextTooLong
            | Self::ContentRefused
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
    type Encoder = ErrorEncoding;

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
                    .hint("it may be restarting, or your connection is away: try again in a moment, nothing is lost")
            }
            other => Self::new(Code::Internal, other.to_string()),
        }
    }
}

/// How a server function tells an error: as every other answer that is one.
pub struct ErrorEncoding;

impl ContentType for ErrorEncoding {
    const CONTENT_TYPE: &'static str = JsonEncoding::CONTENT_TYPE;
}

impl FormatType for ErrorEncoding {
    const FORMAT_TYPE: Format = JsonEncoding::FORMAT_TYPE;
}

impl Encodes<Error> for ErrorEncoding {
    type Error = serde_json::Error;

    fn encode(error: &Error) -> Result<Bytes, serde_json::Error> {
        JsonEncoding::encode(&ErrorAnswer { error: error.clone() })
    }
}

impl Decodes<Error> for ErrorEncoding {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<Error, serde_json::Error> {
        let ErrorAnswer { error } = JsonEncoding::decode(bytes)?;
        Ok(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_plain_in_a_message_and_in_an_envelope_as_an_answer() {
        let error = Error::new(Code::NotFound, "no such conversation");
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(json, r#"{"code":"not_found","message":"no such conversation"}"#);
        assert_eq!(serde_json::from_str::<Error>(&json).unwrap(), error);
        let answer = error.ser();
        assert_eq!(answer, format!(r#"{{"error":{json}}}"#));
        assert_eq!(Error::de(answer), error);
    }
}
