//! A runner: asks the provider, hands what comes to the journal, and ends the run once.

use crate::{
    journal::Outlet,
    providers::{Chunk, Provider, Request, Sink},
    store::End,
};
use app::wire::{Code, PartKind, Status};
use futures::FutureExt;
use std::{panic::AssertUnwindSafe, sync::Arc};

/// Writes the reply to its end. When the run is ended by another hand (stopped, deleted), the connection to the provider is
/// closed at once and nothing more is written. Gives how the run ended, when that is stored.
pub async fn run(provider: Arc<dyn Provider>, request: Request, mut outlet: Outlet) -> Status {
    let lost = outlet.lost();
    let mut sink = ToJournal(&mut outlet);
    // A panic in a codec must not leave a reply without its end.
    let reply = AssertUnwindSafe(provider.reply(request, &mut sink)).catch_unwind();
    let result = tokio::select! {
        biased;
        () = lost => return Status::Stopped,
        result = reply => result,
    };
    let error = match result {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::warn!(provider = provider.id(), "a reply broke off: {error}");
            Some(error.to_wire())
        }
        Err(_) => Some(app::wire::Error::new(Code::Internal, "the provider's answer met a fault of Brooklet")),
    };
    let status = match &error {
        None => Status::Complete,
        Some(_) if outlet.has_text() => Status::Interrupted,
        Some(_) => Status::Failed,
    };
    let ended = outlet.lost();
    outlet.end(End { status, error }).await;
    ended.await;
    status
}

struct ToJournal<'a>(&'a mut Outlet);

#[async_trait::async_trait]
impl Sink for ToJournal<'_> {
    async fn push(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Text(text) => self.0.push(PartKind::Text, &text).await,
            Chunk::Reasoning(text) => self.0.push(PartKind::Reasoning, &text).await,
            Chunk::Usage(usage) => self.0.note(None, Some(usage)).await,
            Chunk::Finish(reason) => self.0.note(Some(reason), None).await,
        }
    }
}
