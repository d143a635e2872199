//! What can be done about a reply that is not whole.

use crate::{
    chat::desk::Desk,
    text::Msg,
    wire::{Message, MessageId, PartKind, Status},
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It goes on where its text ends; beside it, where its model cannot.
    Continue,
    /// It begins anew: in its place, where nobody went on below it and the same model is asked.
    Again,
    /// The same, beside it.
    Beside,
}

impl Next {
    pub fn words(self) -> Msg {
        if self == Self::Continue { Msg::Continue } else { Msg::TryAgain }
    }
}

/// The step that a button in words offers; none where the reply is whole, or runs.
pub fn next_step(desk: Desk, id: MessageId) -> Option<Next> {
    let newest = desk.is_at_end(id);
    desk.thread.read(id, |message: &Message| match (message.status, message.parts.is_empty()) {
        (Status::Complete, false) if newest && message.finish.as_deref() == Some("length") => Some(Next::Continue),
        (Status::Stopped | Status::Interrupted, false) if newest => {
            // No model goes on with a thought.
            let said = message.parts.last().is_some_and(|part| part.kind == PartKind::Text);
            Some(if said { Next::Continue } else { Next::Beside })
        }
        (Status::Failed | Status::Interrupted | Status::Stopped, true) if newest => Some(Next::Again),
        (Status::Failed | Status::Interrupted, _) => Some(Next::Beside),
        _ => None,
    })?
}
