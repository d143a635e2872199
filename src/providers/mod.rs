//! Who writes replies: one trait, a small closed set of chunks, and an error for each cause that a person can act on.
//!
//! A provider knows requests and chunks. It never sees conversations, people or the database; whoever called it gives
//! the chunks to the journal.

mod entered;
mod facts;
pub mod guide;
mod hosted;
mod ollama_host;
mod places;
mod prefill;
mod registry;
pub mod remote;
mod request;

pub use entered::{Entered, PAGE, services};
pub use hosted::{OPENAI, SERVICES, Service};
pub use places::{Account, LOCAL_PORTS, Places};
pub use registry::{Failure, Listing, Origin, Providers, Row};
pub use remote::KeyFrom;
pub use request::{Capabilities, Image, PromptMessage, Request, Resume, Thinking};

use app::wire::{Code, Model, Usage};
use std::time::Duration;

/// How long a provider may take to list its models; the picker waits for it.
pub const LISTING: Duration = Duration::from_secs(2);

/// Writes replies. Dropping the future of [`Provider::reply`] closes the connection to the provider at once.
#[async_trait::async_trait]
pub trait Provider: Send + Sync {
    /// The first half of a model's id, such as `openai`.
    fn id(&self) -> &str;

    /// What to call it on the page.
    fn name(&self) -> &str {
        self.id()
    }

    /// Where it was found, in words.
    fn source(&self) -> &str {
        self.id()
    }

    /// Whether a language model answers; the guide is none.
    fn is_model(&self) -> bool {
        true
    }

    /// Whether it goes on with a text that broke off, see [`Request::said`]. Ends within [`LISTING`].
    async fn continues(&self) -> bool {
        false
    }

    /// Whether it keeps what it writes for who comes back to a [`Chunk::Bookmark`], see [`Request::resume`].
    fn keeps_replies(&self) -> bool {
        false
    }

    /// Whether a model sees images, as far as is known.
    fn sees(&self, _model: &str) -> Option<bool> {
        None
    }

    /// Those of the models that were named by hand which its list lacks. Ends within [`LISTING`].
    async fn unlisted(&self) -> Vec<String> {
        Vec::new()
    }

    /// What can be asked now, in the provider's order. Ends within [`LISTING`].
    async fn models(&self) -> Result<Vec<Model>, Error>;

    /// Writes one reply into `sink`, chunk by chunk in the model's order, and returns when the model said that it is done.
    ///
    /// `Err(Error::Cut)` after some chunks means that they are true but not all there is. The sink slows the provider down:
    /// while `push` waits, nothing is read from the network.
    async fn reply(&self, request: Request, sink: &mut dyn Sink) -> Result<(), Error>;
}

/// Takes the chunks of one reply.
#[async_trait::async_trait]
pub trait Sink: Send {
    /// Waits while the journal is behind. Never fails: a runner that lost its reply is dropped where it waits.
    async fn push(&mut self, chunk: Chunk);
}

/// One step of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// Never empty, never with NUL.
    Text(String),
    /// What the model thinks before it speaks. Never empty, never with NUL.
    Reasoning(String),
    /// All that the reply took up to here: the last one wins.
    Usage(Usage),
    /// Here it can be asked to go on, in its own words; where it keeps replies. Empty: nowhere any more.
    Bookmark(String),
    /// Why the model stopped, once, behind the last text and before `reply` returns: `stop`, `length`, `content_filter` or
    /// `tool_calls`, whatever the provider calls these, else its own word in lower case. Absent where it only said that it is
    /// done.
    Finish(String),
}

/// Why a reply, or the list of models, did not come. The text is for the person; it never holds a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing answers at the address, or its name or certificate is wrong.
    #[error("{provider} cannot be reached at `{url}`: {cause}")]
    Unreachable { provider: String, url: String, cause: String },
    /// It answered nothing for this long.
    #[error("{provider} said nothing for {} s", .after.as_secs())]
    Silent { provider: String, after: Duration },
    /// 401 or 403.
    #[error("{}: {message}", if *given { format!("{provider} refused the key") } else { format!("{provider} asks for a key") })]
    Key { provider: String, message: String, from: KeyFrom, given: bool },
    /// The account has nothing left to pay with.
    #[error("{provider} wants to be paid first: {message}")]
    Credit { provider: String, message: String },
    /// The conversation is longer than the model can read.
    #[error("the conversation is too long for this model: {message}")]
    Context { provider: String, message: String },
    /// It will not speak of this.
    #[error("{provider} refused to answer this: {message}")]
    Content { provider: String, message: String },
    /// 408, 5xx: it may answer in a moment.
    #[error("{provider} has a problem: {message}")]
    Busy { provider: String, message: String, retry_after: Option<Duration> },
    /// 429.
    #[error("{provider} is at its limit: {message}")]
    Limit { provider: String, message: String, retry_after: Option<Duration> },
    /// It has no such model.
    #[error("{provider} has no such model: {message}")]
    NoModel { provider: String, message: String },
    /// Any other refusal, or an error inside a 200.
    #[error("{provider} answered with an error: {message}")]
    Refused { provider: String, message: String },
    /// What it sent is not the format that it should be, such as HTML.
    #[error("{provider} sent something that is no reply: {message}")]
    Malformed { provider: String, message: String },
    /// A model server was looked for there, and something else answered. It is never sent a prompt.
    #[error("{provider} is not there: what answers at `{url}` is no model server")]
    Stranger { provider: String, url: String },
    /// It answers, and has nothing that could be asked.
    #[error("{provider} has no model to chat with yet")]
    Empty { provider: String },
    /// It cannot be asked as it is set up.
    #[error("{setting} cannot be used: {cause}")]
    Setting { setting: String, cause: String },
    /// It cannot be asked as it was entered on the settings page.
    #[error("{provider} cannot be used: {cause}")]
    Entered { provider: String, cause: String },
    /// The stream ended before the model said that it was done.
    #[error("{provider} ended the connection in the middle of the reply")]
    Cut { provider: String },
}

impl Error {
    /// The sentence that the person sees on the message, with the next step.
    pub fn to_wire(&self) -> app::wire::Error {
        let (code, hint) = match self {
            Self::Unreachable { .. } | Self::Stranger { .. } => {
                (Code::ProviderUnreachable, "check that it runs and that its address is right, or choose another model")
            }
            Self::Silent { .. } => (
                Code::ProviderUnreachable,
                "it may be loading the model: try again in a moment, or choose another model",
            ),
            Self::Key { .. } => (Code::ProviderKey, ""),
            Self::Credit { .. } => (Code::ProviderCredit, "top up the account there, or choose another model"),
            Self::Context { .. } => {
                (Code::ContextTooLong, "choose a model that reads more, or begin a new conversation")
            }
            Self::Content { .. } => (Code::ContentRefused, "say it in other words, or choose another model"),
            Self::Limit { .. } => (Code::ProviderLimit, "wait a little, or choose another model"),
            Self::Busy { .. } => (Code::ProviderBusy, "try again in a moment, or choose another model"),
            Self::NoModel { .. } | Self::Empty { .. } => (Code::ModelNotFound, "choose another model"),
            Self::Refused { .. } => (Code::ProviderError, "try again, or choose another model"),
            Self::Malformed { .. } => (Code::ProviderError, "check that the base URL is the one of its API"),
            Self::Setting { .. } => (Code::ProviderError, "mend it and restart Brooklet"),
            Self::Entered { .. } => (Code::ProviderError, "mend it in the settings"),
            Self::Cut { .. } => (Code::ProviderCut, "what was said is kept: go on with it, or try again"),
        };
        let whole = self.to_string();
        // Its own words are there for who asks, where ours say as much.
        let detail = self.own_words();
        let message = detail.and_then(|own| whole.strip_suffix(own)?.strip_suffix(": ")).unwrap_or(&whole);
        let mut error = app::wire::Error::new(code, message);
        error.detail = detail.map(str::to_owned);
        match self.key_hint().or_else(|| self.wait_hint()).as_deref().unwrap_or(hint) {
            "" => error,
            hint => error.hint(hint),
        }
    }

    /// The same while it is left alone for `pause`, before this one of so many tries.
    pub fn to_delay(&self, pause: Duration, (next, tries): (u32, u32)) -> app::wire::Error {
        self.to_wire().hint(format!("try {next} of {tries} follows within {} s", pause.as_secs_f64().ceil()))
    }

    /// What the provider said beside the cause.
    fn own_words(&self) -> Option<&str> {
        match self {
            Self::Key { message, .. }
            | Self::Credit { message, .. }
            | Self::Context { message, .. }
            | Self::Content { message, .. }
            | Self::Busy { message, .. }
            | Self::Limit { message, .. } => Some(message),
            _ => None,
        }
    }

    /// Whether asking again helps, and how long the provider wants to be left alone first, as far as it said.
    pub fn passes(&self) -> Option<Option<Duration>> {
        match self {
            Self::Unreachable { .. } | Self::Cut { .. } => Some(None),
            Self::Busy { retry_after, .. } | Self::Limit { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    /// What to do about a provider that gives no list, whose address or key is in `source`.
    pub fn listing_hint(&self, source: &str) -> String {
        let looked = "it is looked for again by itself";
        // A source names the address before the key.
        let setting = source.split_once(" and ").map_or(source, |(address, _)| address);
        self.key_hint().unwrap_or_else(|| match self {
            // At a service's own address there is nothing to start or to mend.
            Self::Unreachable { url, .. }
                if SERVICES.iter().any(|service| service.url == url.trim_end_matches('/')) =>
            {
                format!("check this machine's network; {looked}")
            }
            Self::Unreachable { .. } if setting == PAGE => format!("start it, or check its address; {looked}"),
            Self::Unreachable { .. } => format!("start it, or check `{setting}`; {looked}"),
            Self::Silent { .. } => format!("it may be starting; {looked}"),
            Self::Empty { provider } if provider == "Ollama" => format!("get one with `ollama pull qwen3`; {looked}"),
            Self::Empty { .. } => format!("load one there; {looked}"),
            Self::Limit { .. } | Self::Busy { .. } => "wait a little".to_owned(),
            Self::Credit { .. } => "top up the account there".to_owned(),
            Self::Setting { .. } => "mend it and restart Brooklet".to_owned(),
            Self::Entered { .. } => "mend it in the settings".to_owned(),
            _ if setting == PAGE => {
                "check that its address is the one of its API, as its documentation has it".to_owned()
            }
            _ => format!("check that `{setting}` is the address of its API, as its documentation has it"),
        })
    }

    /// Until when it wants to be left alone, where it said so.
    fn wait_hint(&self) -> Option<String> {
        let (Self::Limit { retry_after, .. } | Self::Busy { retry_after, .. }) = self else { return None };
        let seconds = retry_after.filter(|after| !after.is_zero())?.as_secs_f64().ceil() as u64;
        Some(match seconds {
            0..120 => format!("try again in {seconds} s, or choose another model"),
            120..7_200 => format!("try again in {} min, or choose another model", seconds.div_ceil(60)),
            _ => format!("try again in {} h, or choose another model", seconds.div_ceil(3_600)),
        })
    }

    fn key_hint(&self) -> Option<String> {
        let Self::Key { from, given, .. } = self else { return None };
        Some(match from {
            KeyFrom::Setting(setting) => format!("set a valid key as `{setting}` and restart Brooklet"),
            KeyFrom::Page if *given => "enter a valid key for it in the settings".to_owned(),
            KeyFrom::Page => "enter its key in the settings".to_owned(),
            KeyFrom::Nowhere => "connect it, with its key, in the settings".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_says_until_when() {
        let limit = |seconds| Error::Limit {
            provider: "OpenAI".into(),
            message: "too many tokens".into(),
            retry_after: Some(Duration::from_secs_f64(seconds)),
        };
        for (seconds, hint) in [
            (0.0, "wait a little, or choose another model"),
            (0.4, "try again in 1 s, or choose another model"),
            (37.0, "try again in 37 s, or choose another model"),
            (301.0, "try again in 6 min, or choose another model"),
            (86_400.0, "try again in 24 h, or choose another model"),
        ] {
            assert_eq!(limit(seconds).to_wire().hint.as_deref(), Some(hint));
        }
    }
}
