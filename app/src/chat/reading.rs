//! What a person has looked at.

use crate::wire::{ConversationId, Error};
use leptos::{prelude::*, server_fn::codec::Json};

/// The conversation was looked at as far as `seq`: its row says no more that something new is there.
#[server(prefix = "/api", endpoint = "mark_read", input = Json, output = Json)]
pub async fn mark_read(conversation: ConversationId, seq: u64) -> Result<(), Error> {
    crate::backend::backend()?.mark_read(conversation, seq).await
}
