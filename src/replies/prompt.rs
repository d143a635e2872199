//! What a model is shown: the conversation so far, with its images as far as there is room.

use super::Replies;
use crate::{
    attachments::media_type,
    providers::{Image, PromptMessage},
    store::{Owner, Said, unavailable},
};
use app::wire::{Code, ConversationId, Error, Hint, MessageId, Parameters, Role};

/// Images of a request at most, in bytes, the newest first: providers refuse requests over 32 MB, in base64.
const MAX_IMAGES: usize = 20 * 1024 * 1024;

/// Says to a model that there was an image.
const LEFT_OUT: &str = "[an image that is not shown to you]";

impl Replies {
    /// The messages from the root to `leaf`, behind the conversation's instructions, and its parameters.
    pub(super) async fn prompt(
        &self,
        owner: Owner,
        conversation: ConversationId,
        leaf: MessageId,
        sees: Option<bool>,
    ) -> Result<(Vec<PromptMessage>, Parameters), Error> {
        let said = self.library.prompt(leaf).await.map_err(unavailable)?;
        let setup = self.library.setup(owner, conversation).await.map_err(unavailable)?.unwrap_or_default().setup;
        let instructions = PromptMessage::new(Role::System, setup.instructions);
        let mut messages = Vec::new();
        let mut room = if sees == Some(false) { 0 } else { MAX_IMAGES };
        if let Some(asked) = said.last() {
            check_sight(sees, &asked.images)?;
        }
        for said in said.into_iter().rev() {
            // What is asked about now is shown, or the question makes no sense.
            let asked = messages.is_empty();
            messages.push(self.message_of(said, asked, &mut room).await?);
        }
        messages.extend(Some(instructions).filter(|message| !message.is_empty()));
        messages.reverse();
        Ok((messages, setup.parameters))
    }

    async fn message_of(&self, said: Said, asked: bool, room: &mut usize) -> Result<PromptMessage, Error> {
        let mut message = PromptMessage::new(said.role, said.words());
        let mut left_out = 0;
        for name in &said.images {
            let read = if *room == 0 && !asked { None } else { self.attachments.read(name).await.ok() };
            match (read, media_type(name)) {
                (Some(bytes), Some(media_type)) if bytes.len() <= *room || asked => {
                    *room = room.saturating_sub(bytes.len());
                    message.images.push(Image { media_type, bytes: bytes.into() });
                }
                _ if asked => {
                    return Err(Error::new(Code::Internal, "an image of this message cannot be read any more")
                        .hint("edit the message and add the image again"));
                }
                _ => left_out += 1,
            }
        }
        for _ in 0..left_out {
            message.text = format!("{LEFT_OUT}\n{}", message.text);
        }
        Ok(message)
    }
}

/// Asks for the same again, in another way than it was said before.
pub(super) fn revise(messages: &mut Vec<PromptMessage>, said: String, hint: Hint) {
    let way = match hint {
        Hint::Shorter => "but much shorter: only what matters most",
        Hint::Longer => "but in more detail: explain more, and add what was left out",
        Hint::Simpler => "but simpler: in plain words, for somebody who is new to this",
    };
    let ask = format!("Answer my last message again, {way}. Keep to its language, and say nothing about this request.");
    // Of a reply that said nothing there is nothing to show.
    if let Some(asked) = messages.last_mut().filter(|_| said.trim().is_empty()) {
        asked.text = format!("{}\n\n{ask}", asked.text);
        return;
    }
    messages.push(PromptMessage::new(Role::Assistant, said));
    messages.push(PromptMessage::new(Role::User, ask));
}

/// Whether a model may be shown these images.
pub(super) fn check_sight(sees: Option<bool>, images: &[String]) -> Result<(), Error> {
    if sees == Some(false) && !images.is_empty() {
        return Err(Error::new(Code::Invalid, "this model cannot see images")
            .hint("choose one that does, or take the images away"));
    }
    Ok(())
}
