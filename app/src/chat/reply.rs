//! What a person can do with a reply.

use crate::wire::{Error, Hint, MessageId, Sent};
use leptos::{prelude::*, server_fn::codec::Json};

/// Ends a running reply; all that was said is kept.
#[server(prefix = "/api", endpoint = "stop_reply", input = Json, output = Json)]
pub async fn stop_reply(reply: MessageId) -> Result<(), Error> {
    crate::backend::backend()?.stop_reply(reply).await
}

/// Begins another reply beside this one, by `model`, else by the same one; with a `hint`, one that differs in that way.
#[server(prefix = "/api", endpoint = "regenerate_reply", input = Json, output = Json)]
pub async fn regenerate_reply(reply: MessageId, model: Option<String>, hint: Option<Hint>) -> Result<Sent, Error> {
    crate::backend::backend()?.regenerate_reply(reply, model, hint).await
}

/// Shows the path through this message to whoever opens the conversation.
#[server(prefix = "/api", endpoint = "choose_branch", input = Json, output = Json)]
pub async fn choose_branch(message: MessageId) -> Result<(), Error> {
    crate::backend::backend()?.choose_branch(message).await
}

/// Goes on with a reply that ended before it was complete; beside it where its model cannot.
#[server(prefix = "/api", endpoint = "continue_reply", input = Json, output = Json)]
pub async fn continue_reply(reply: MessageId) -> Result<Sent, Error> {
    crate::backend::backend()?.continue_reply(reply).await
}
