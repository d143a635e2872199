//! What travels between the server, the page and programs, and the one fold over it.
//!
//! Read `message` and `event` first, then `fold`: it is the only code that changes a conversation by an event,
//! and it runs unchanged in the server and in the browser. JSON throughout; ids are UUID v7, times are
//! milliseconds since 1970, sizes and offsets are UTF-8 bytes.

mod as_is;
mod attachment;
mod call;
mod code;
mod cursor;
mod error;
mod event;
mod fold;
mod formula;
mod id;
mod message;
mod model;
mod parameters;
mod poll;
mod preferences;
mod provider;
mod word;

pub use as_is::AsIs;
pub use attachment::{Attachment, MOST_IMAGES, size_of};
pub use call::{ConversationList, ConversationPage, GetConversation, MOST_MODELS, MOST_PASTES, SendMessage, Sent};
pub use code::{CodeBlock, CodeSpan, SpanClass};
pub use cursor::{Cursor, CursorError};
pub use error::{Code, Error, ErrorAnswer, OnServer};
pub use event::{Delta, Event, ResetReason, StatusChange, Summary, TroubleCode};
pub use fold::{Applied, Conversation, Gap, Sidebar};
pub use formula::Formula;
pub use id::{ConversationId, MessageId, RequestId};
pub use message::{Hint, Message, Part, PartKind, Role, Seam, Status, Usage};
pub use model::{Currency, Model, ModelFacts, ModelKind, ModelList, ModelPrice, ModelProblem};
pub use parameters::{ConversationSetup, Effort, Parameters, Setup};
pub use poll::Polled;
pub use preferences::{KeptPreferences, Preferences, Preset, Prompt};
pub use provider::{NewProvider, ProviderChange, ProviderList, ProviderSettings, Secret, Service, Tested};
pub use word::Word;
