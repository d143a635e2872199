//! Replies: how they are asked for, written and followed. The one place where journal, store and providers meet.

mod follow;
mod prompt;
mod reaper;
mod run;
mod title;

/// What a batch holds.
pub use crate::journal::Told;
pub use follow::{Batch, Follower, Sources};
pub use title::Titles;

use crate::{
    attachments::Attachments,
    journal::{Done, Journal, Outlet},
    providers::{Provider, Providers, Request, Resume},
    settings::{Settings, read_setup},
    store::{Bookmark, Continues, End, Intent, LENGTH, Library, NewMessage, Outcome, Owner, unavailable},
};
use app::wire::{
    Code, ConversationId, Cursor, Error, Hint, MOST_IMAGES, MOST_MODELS, MOST_PASTES, Message, MessageId, PartKind,
    SendMessage, Sent, Status,
};
use prompt::{check_sight, revise};
use run::Task;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::watch;

/// Begins, stops and regenerates replies.
#[derive(Clone)]
pub struct Replies {
    pub journal: Journal,
    pub library: Arc<dyn Library>,
    pub providers: Arc<Providers>,
    pub attachments: Attachments,
    pub settings: Settings,
    pub titles: Titles,
    /// True from the moment at which the server goes down.
    pub closing: watch::Receiver<bool>,
    /// Each runner holds a receiver for as long as it lives.
    pub running: Arc<watch::Sender<()>>,
}

impl Replies {
    /// Stores a message and begins its reply. Errors as in `Backend::send_message`.
    pub async fn send(&self, owner: Owner, message: SendMessage) -> Result<Sent, Error> {
        let says_nothing = message.text.trim().is_empty() && message.pastes.iter().all(|text| text.trim().is_empty());
        if says_nothing && message.images.is_empty() {
            return Err(Error::new(Code::Invalid, "the message is empty").hint("type something first"));
        }
        if message.images.len() > MOST_IMAGES {
            return Err(Error::new(Code::Invalid, format!("{MOST_IMAGES} images are the most for one message"))
                .hint("send the others with your next message"));
        }
        if message.pastes.len() > MOST_PASTES {
            return Err(Error::new(Code::Invalid, format!("{MOST_PASTES} pasted texts are the most for one message"))
                .hint("send the others with your next message"));
        }
        let model = match &message.model {
            Some(model) => model.clone(),
            None => self.usual_model(owner, message.conversation).await?,
        };
        let setup = message.setup.as_ref().map(read_setup).transpose()?;
        if message.also.len() >= MOST_MODELS {
            return Err(Error::new(Code::Invalid, format!("{MOST_MODELS} models are the most for one message"))
                .hint("choose fewer"));
        }
        // Before anything is stored: a model that is not there must not leave a dead reply behind.
        for model in std::iter::once(&model).chain(&message.also) {
            let (provider, name) = self.providers.resolve(model).await.map_err(|error| error.to_wire())?;
            check_sight(provider.sees(&name), &message.images)?;
        }
        let intent = Intent::Send(NewMessage {
            owner,
            request: message.request,
            body: digest(&message),
            conversation: message.conversation,
            parent: message.parent,
            edits: message.edits,
            text: storable(&message.text),
            title: first_words(&message),
            images: message.images,
            pastes: message.pastes.iter().filter(|text| !text.trim().is_empty()).map(|text| storable(text)).collect(),
            model,
            also: message.also,
            setup: setup.map(Box::new),
        });
        self.begin(owner, intent).await
    }

    /// Begins another reply beside this one, by `model`, else by the same one. Errors as in `Backend::regenerate_reply`.
    pub async fn regenerate(
        &self,
        owner: Owner,
        reply: MessageId,
        model: Option<String>,
        hint: Option<Hint>,
    ) -> Result<Sent, Error> {
        let (old, _) = self.message(owner, reply).await?;
        if let Some(model) = model.as_ref().or(old.model.as_ref()) {
            self.providers.resolve(model).await.map_err(|error| error.to_wire())?;
        }
        self.begin(owner, Intent::Regenerate { owner, reply, model, hint }).await
    }

    /// Goes on with a reply that ended before it was complete: in its own place where the model can go on with a text, else
    /// beside it. Errors as in `Backend::continue_reply`.
    pub async fn go_on(&self, owner: Owner, reply: MessageId) -> Result<Sent, Error> {
        let (message, _) = self.message(owner, reply).await?;
        let model = message.model.as_deref().unwrap_or_default();
        let (provider, _) = self.providers.resolve(model).await.map_err(|error| error.to_wire())?;
        let last = message.parts.last().map(|last| last.kind);
        let in_place = self.continues(&*provider, reply).await.behind(last);
        if !in_place && message.finish.as_deref() == Some(LENGTH) {
            return Err(Error::new(Code::Invalid, "this model cannot go on with a text")
                .hint("ask it to go on in your next message"));
        }
        let intent = if in_place || message.status == Status::Complete {
            Intent::Continue { owner, reply }
        } else {
            Intent::Regenerate { owner, reply, model: None, hint: None }
        };
        self.begin(owner, intent).await
    }

    /// Where this provider can go on with a reply.
    async fn continues(&self, provider: &dyn Provider, reply: MessageId) -> Continues {
        if provider.keeps_replies() && self.library.bookmark(reply).await.is_ok_and(|bookmark| bookmark.is_some()) {
            Continues::Anywhere
        } else if provider.continues().await {
            Continues::BehindText
        } else {
            Continues::Never
        }
    }

    /// Completes when no reply is being written.
    pub async fn idle(&self) {
        self.running.closed().await;
    }

    /// Ends a reply, wherever it was begun. Twice is once.
    pub async fn stop(&self, owner: Owner, reply: MessageId) -> Result<(), Error> {
        self.journal.submit(Intent::Stop { owner, reply }).await.map(drop)
    }

    /// A message as it is now, and the place from which to follow it.
    pub async fn message(&self, owner: Owner, id: MessageId) -> Result<(Message, Cursor), Error> {
        let message = self.library.message(owner, id).await.map_err(unavailable)?;
        message.ok_or_else(|| Error::new(Code::NotFound, "there is no such message"))
    }

    /// Carries out an intent that begins a reply, and starts its runner.
    async fn begin(&self, owner: Owner, intent: Intent) -> Result<Sent, Error> {
        if *self.closing.borrow() {
            return Err(Error::new(Code::Unavailable, "the server is going down").hint("try again in a moment"));
        }
        let replies = self.clone();
        // A task of its own: a browser that goes away between commit and start must not leave a reply without a runner.
        let begun = tokio::spawn(async move {
            match replies.journal.submit(intent).await? {
                Done::Begun(sent, outlet) => {
                    replies.start(owner, sent, outlet);
                    Ok(sent)
                }
                Done::Together(begun) => {
                    let first = begun.first().map(|(sent, _)| *sent);
                    for (sent, outlet) in begun {
                        replies.start(owner, sent, outlet);
                    }
                    first.ok_or_else(|| internal("several replies began as none"))
                }
                Done::Outcome(Outcome::Known(sent)) => Ok(sent),
                Done::Outcome(other) => Err(internal(&format!("a reply began as {other:?}"))),
            }
        });
        begun.await.unwrap_or_else(|error| Err(internal(&error.to_string())))
    }

    /// The life of a runner: what to ask, then asking, and a title when it was the first.
    async fn write(self, owner: Owner, sent: Sent, outlet: Outlet) {
        match self.question(owner, sent).await {
            Ok(task) => {
                let (provider, model) = (task.provider.clone(), task.request.model.clone());
                if run::run(task, outlet).await == Status::Complete {
                    self.name(owner, sent, &*provider, model).await;
                }
            }
            Err(error) => {
                let status = if outlet.has_text() { Status::Interrupted } else { Status::Failed };
                outlet.end(End { status, error: Some(error) }).await;
            }
        }
    }

    async fn question(&self, owner: Owner, sent: Sent) -> Result<Task, Error> {
        let (reply, _) = self.message(owner, sent.reply).await?;
        let model = reply.model.as_deref().unwrap_or_default();
        let (provider, model) = self.providers.resolve(model).await.map_err(|error| error.to_wire())?;
        let bookmark = match provider.keeps_replies() {
            true => self.library.bookmark(sent.reply).await.map_err(unavailable)?,
            false => None,
        };
        let resume = bookmark.map(|bookmark| behind(&reply, bookmark));
        let said = Some(reply.text()).filter(|text| !text.is_empty() && resume.is_none());
        if said.is_some() && !provider.continues().await {
            return Err(Error::new(Code::Invalid, "the model cannot go on with a text").hint("try again"));
        }
        let sees = provider.sees(&model);
        let (mut messages, parameters) = self.prompt(owner, sent.conversation, sent.message, sees).await?;
        if let Some(hint) = reply.hint {
            let revised = self.library.revised(sent.reply).await.map_err(unavailable)?;
            revise(&mut messages, revised.unwrap_or_default(), hint);
        }
        let request = Request { said, resume, parameters, ..Request::new(model, messages) };
        Ok(Task { provider, request, used: reply.usage })
    }

    /// The model of the conversation's newest reply, else the first that is offered.
    async fn usual_model(&self, owner: Owner, conversation: Option<ConversationId>) -> Result<String, Error> {
        if let Some(id) = conversation {
            let path = self.library.path(owner, id, None, None, 1).await.map_err(unavailable)?;
            if let Some(model) = path.and_then(|path| path.messages.into_iter().last()?.model) {
                return Ok(model);
            }
        }
        let first = self.settings.first_model(owner).await?;
        first.ok_or_else(|| Error::new(Code::ModelNotFound, "there is no model"))
    }
}

/// How much a reply says behind a bookmark, which will be said again.
fn behind(reply: &Message, Bookmark { place, part, at }: Bookmark) -> Resume {
    let mut resume = Resume { place, text: 0, reasoning: 0 };
    for (index, said) in reply.parts.iter().enumerate().skip(part as usize) {
        let held = if index == part as usize { at } else { 0 };
        let more = (said.text.len() as u64).saturating_sub(held);
        match said.kind {
            PartKind::Reasoning => resume.reasoning += more,
            PartKind::Text => resume.text += more,
            PartKind::Image | PartKind::Paste => {}
        }
    }
    resume
}

/// What makes two requests the same: everything but the request's id.
fn digest(message: &SendMessage) -> [u8; 32] {
    let SendMessage { request: _, conversation, parent, edits, text, images, pastes, model, also, setup } = message;
    let mut body = serde_json::json!([conversation, parent, edits, text, model, setup]);
    // A request of the versions before this one is the same one still.
    if let Some(body) = body.as_array_mut() {
        body.extend(Some(images).filter(|images| !images.is_empty()).map(|images| serde_json::json!(images)));
        body.extend(
            Some(pastes).filter(|pastes| !pastes.is_empty()).map(|pastes| serde_json::json!({ "pastes": pastes })),
        );
        body.extend(Some(also).filter(|also| !also.is_empty()).map(|also| serde_json::json!({ "also": also })));
    }
    Sha256::digest(body.to_string()).into()
}

/// What a conversation is called that begins without a word, until its model finds a better title.
const NO_WORDS: &str = "Image";

/// What SQLite's JSON and PostgreSQL's text cannot hold is replaced, as in what models send.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// What a conversation is called that begins with this message.
fn first_words(message: &SendMessage) -> String {
    let mut texts = std::iter::once(&message.text).chain(&message.pastes).map(|text| title(text));
    texts.find(|title| !title.is_empty()).unwrap_or_else(|| NO_WORDS.to_owned())
}

/// The first words of a text, in one line.
fn title(text: &str) -> String {
    const CHARS: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CHARS) {
        None => line,
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
    }
}

fn internal(what: &str) -> Error {
    tracing::error!("{what}");
    Error::new(Code::Internal, "something went wrong in the server").hint("the server's log says more")
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_title_is_the_first_words_in_one_line() {
        assert_eq!(title("  How do\n\nbrooks\tflow? "), "How do brooks flow?");
        assert_eq!(title(&"溪".repeat(61)), format!("{}…", "溪".repeat(60)));
    }
}
