//! What Enter does with a draft: the composer's state, without a browser.

use crate::wire::{AsIs, Code, ConversationId, Error, MOST_PASTES, MessageId, RequestId, SendMessage};

/// The composer's state besides the text itself, which stays in the text area until the server has taken it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    pub standing: Standing,
    pub images: Images,
    /// Long texts beside its own, each with a number that stays.
    pub pastes: Vec<(usize, String)>,
    /// What was sent last and not answered with success.
    unanswered: Option<SendMessage>,
}

/// The images that go with a draft; they are sent to the server before it.
#[derive(Clone, Debug, PartialEq)]
pub enum Images {
    /// The server has them all, under these names.
    There(Vec<String>),
    OnTheirWay,
    /// One was not taken.
    Failed,
}

impl Default for Images {
    fn default() -> Self {
        Self::There(Vec::new())
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Standing {
    #[default]
    Idle,
    /// On its way.
    Sending,
    /// It was not sent; the draft is still there.
    Failed(Error),
    /// There is nothing in it.
    Empty,
    /// Its images are on their way to the server: it goes when they are there.
    Attaching,
    /// One of its images was not taken.
    NotAttached,
    /// Escape was pressed while a reply runs: once more stops it.
    MayStop,
}

/// Where and to whom a draft goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Destination {
    pub conversation: Option<ConversationId>,
    /// The message that it answers: the last one that the writer saw.
    pub parent: Option<MessageId>,
    /// The message that it is written instead of.
    pub edits: Option<MessageId>,
    pub model: Option<String>,
    /// Asked at once with it.
    pub also: Vec<String>,
    /// Of a conversation that begins with it.
    pub setup: Option<AsIs>,
    /// Something comes before it: a reply that runs, a message that waits, or the server itself, which cannot be heard.
    pub waits: bool,
}

/// What becomes of a draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Pressed {
    Send(SendMessage),
    /// It goes when what is before it is done.
    Queue(SendMessage),
}

impl Draft {
    /// Enter was pressed; gives what becomes of it, if anything.
    ///
    /// Each press is a request of its own, except that the same text to the same model is the same request as long as
    /// nobody knows what became of it: the server may have stored it before the connection broke. It then keeps its
    /// parent too, because the stream may have brought the stored message by now.
    pub fn press(&mut self, text: &str, to: Destination) -> Option<Pressed> {
        if self.standing == Standing::Sending {
            return None;
        }
        let images = match &self.images {
            Images::There(names) => names.clone(),
            waits => {
                self.standing = if *waits == Images::Failed { Standing::NotAttached } else { Standing::Attaching };
                return None;
            }
        };
        let pastes: Vec<_> = self.pastes.iter().map(|(_, text)| text.clone()).collect();
        if text.trim().is_empty() && images.is_empty() && pastes.is_empty() {
            self.standing = Standing::Empty;
            return None;
        }
        let again = self.unanswered.take_if(|sent| {
            sent.text == text
                && sent.images == images
                && sent.pastes == pastes
                && sent.model == to.model
                && sent.also == to.also
                && sent.conversation == to.conversation
        });
        let waits = to.waits && again.is_none();
        let message = again.unwrap_or_else(|| SendMessage {
            request: RequestId::new(),
            conversation: to.conversation,
            parent: to.parent,
            edits: to.edits,
            text: text.to_owned(),
            images,
            pastes,
            model: to.model,
            also: to.also,
            setup: to.setup,
        });
        if waits {
            return Some(Pressed::Queue(message));
        }
        self.unanswered = Some(message.clone());
        self.standing = Standing::Sending;
        Some(Pressed::Send(message))
    }

    /// It is somebody else's now: the server's, or the queue's.
    pub fn taken(&mut self) {
        *self = Self::default();
    }

    /// One more long text goes with it; false where that is too many.
    pub fn paste(&mut self, text: String) -> bool {
        if self.pastes.len() >= MOST_PASTES {
            return false;
        }
        let number = self.pastes.iter().map(|(number, _)| number + 1).max().unwrap_or(0);
        self.pastes.push((number, text));
        self.typed();
        true
    }

    /// These go with it, as far as there is room: they went with a message already.
    pub fn paste_again(&mut self, texts: Vec<String>) {
        for text in texts {
            self.paste(text);
        }
    }

    pub fn remove_paste(&mut self, number: usize) -> Option<String> {
        let at = self.pastes.iter().position(|(known, _)| *known == number)?;
        self.typed();
        Some(self.pastes.remove(at).1)
    }

    /// The server has its images, and the tray is about to say so.
    pub fn expects_images(&mut self) {
        if self.images == Images::default() {
            self.images = Images::OnTheirWay;
        }
    }

    /// These are its images now; true when it waited for them and can go.
    pub fn gathered(&mut self, images: Images) -> bool {
        let waited = self.standing == Standing::Attaching;
        if matches!(self.standing, Standing::Attaching | Standing::NotAttached | Standing::Empty) {
            self.standing = match images {
                Images::OnTheirWay if waited => Standing::Attaching,
                Images::Failed if waited => Standing::NotAttached,
                _ => Standing::Idle,
            };
        }
        self.images = images;
        waited && matches!(self.images, Images::There(_))
    }

    pub fn failed(&mut self, error: Error) {
        self.standing = Standing::Failed(error);
    }

    /// It was not sent for want of the server, and nobody has written on since: it goes by itself when that is back.
    pub fn waits_for_server(&self) -> bool {
        matches!(&self.standing, Standing::Failed(error) if error.code == Code::Unavailable)
    }

    /// Another model is chosen: what could not be asked of the last one may be asked of this one.
    pub fn model_changed(&mut self) {
        if matches!(&self.standing, Standing::Failed(error) if matches!(error.code, Code::Invalid | Code::ModelNotFound))
        {
            self.standing = Standing::Idle;
        }
    }

    /// The reply has ended: there is nothing to stop.
    pub fn reply_ended(&mut self) {
        if self.standing == Standing::MayStop {
            self.standing = Standing::Idle;
        }
    }

    /// The writer goes on.
    pub fn typed(&mut self) {
        if matches!(self.standing, Standing::Empty | Standing::MayStop | Standing::Attaching) || self.waits_for_server()
        {
            self.standing = Standing::Idle;
        }
    }

    /// Escape was pressed; true when the running reply is to be stopped. One press is too easily made by accident: it also
    /// closes menus and the candidates of input methods.
    pub fn escape(&mut self, reply_runs: bool) -> bool {
        let again = self.standing == Standing::MayStop;
        if self.standing != Standing::Sending && reply_runs {
            self.standing = if again { Standing::Idle } else { Standing::MayStop };
        }
        again && reply_runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Code;
    use uuid::Uuid;

    fn to() -> Destination {
        Destination { conversation: Some(ConversationId(Uuid::from_u128(1))), ..Destination::default() }
    }

    /// Presses Enter; gives what is sent at once.
    fn send(draft: &mut Draft, text: &str, to: Destination) -> Option<SendMessage> {
        match draft.press(text, to)? {
            Pressed::Send(message) => Some(message),
            Pressed::Queue(message) => panic!("queued: {message:?}"),
        }
    }

    fn unavailable() -> Error {
        Error::new(Code::Unavailable, "the server cannot be reached")
    }

    #[test]
    fn nothing_is_not_sent() {
        for text in ["", " ", "\n\t"] {
            let mut draft = Draft::default();
            assert_eq!(draft.press(text, to()), None);
            assert_eq!(draft.standing, Standing::Empty);
            draft.typed();
            assert_eq!(draft, Draft::default());
        }
    }

    fn there(names: &[&str]) -> Images {
        Images::There(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_long_text_goes_beside_the_message_and_alone() {
        let mut draft = Draft::default();
        for text in ["one", "two", "three"] {
            assert!(draft.paste(text.to_owned()));
        }
        assert_eq!(draft.remove_paste(1).as_deref(), Some("two"));
        assert_eq!(draft.remove_paste(1), None);
        assert!(draft.paste("four".to_owned()));
        let message = send(&mut draft, "", to()).unwrap();
        assert_eq!(message.pastes, ["one", "three", "four"]);
        draft.taken();
        assert_eq!(draft, Draft::default());
        assert_eq!((0..=MOST_PASTES).filter(|_| draft.paste("x".to_owned())).count(), MOST_PASTES);
    }

    #[test]
    fn images_alone_are_something_to_send() {
        let mut draft = Draft::default();
        assert!(!draft.gathered(there(&["ab-1x1.png"])));
        let message = send(&mut draft, "", to()).unwrap();
        assert_eq!((message.text.as_str(), message.images), ("", vec!["ab-1x1.png".to_owned()]));
        draft.taken();
        assert_eq!(draft, Draft::default());
    }

    #[test]
    fn a_draft_waits_for_its_images_until_somebody_writes_on() {
        let mut draft = Draft::default();
        draft.gathered(Images::OnTheirWay);
        assert_eq!(draft.press("look", to()), None);
        assert_eq!(draft.standing, Standing::Attaching);
        assert!(!draft.gathered(Images::OnTheirWay), "another one came");
        assert!(draft.gathered(there(&["a", "b"])));
        assert!(draft.press("look", to()).is_some());

        let mut draft = Draft { images: Images::OnTheirWay, ..Draft::default() };
        draft.press("look", to());
        draft.typed();
        assert!(!draft.gathered(there(&["a"])), "nobody waits any more");
        assert_eq!(draft.standing, Standing::Idle);
    }

    #[test]
    fn an_image_that_was_not_taken_keeps_the_draft_until_it_is_there_or_removed() {
        let mut draft = Draft { images: Images::OnTheirWay, ..Draft::default() };
        draft.press("look", to());
        assert!(!draft.gathered(Images::Failed));
        assert_eq!(draft.standing, Standing::NotAttached);
        draft.typed();
        assert_eq!((draft.press("look", to()), &draft.standing), (None, &Standing::NotAttached));
        assert!(!draft.gathered(there(&[])), "who removed it may want to say something else");
        assert_eq!(draft.standing, Standing::Idle);
        assert!(draft.press("look", to()).is_some());
    }

    #[test]
    fn the_text_is_sent_as_it_is() {
        let parent = Some(MessageId(Uuid::from_u128(2)));
        let model = Some("example/model".to_owned());
        let to = Destination { parent, model: model.clone(), ..to() };
        let message = send(&mut Draft::default(), " hello\n", to.clone()).unwrap();
        assert_eq!((message.text.as_str(), message.parent, message.model), (" hello\n", parent, model));
        assert_eq!(message.conversation, to.conversation);
    }

    #[test]
    fn what_failed_for_want_of_the_server_goes_when_it_is_back_unless_somebody_wrote_on() {
        let mut draft = Draft::default();
        let message = draft.press("hello", to());
        draft.failed(unavailable());
        assert!(draft.waits_for_server());
        assert_eq!(draft.press("hello", to()), message, "the same request");
        draft.failed(unavailable());
        draft.typed();
        assert!(!draft.waits_for_server());
        assert_eq!(draft.press("hello", to()), message, "still the same: nobody knows what became of it");
        draft.failed(Error::new(Code::TooLarge, "too large"));
        assert!(!draft.waits_for_server());
    }

    #[test]
    fn another_model_may_take_what_the_last_one_could_not() {
        let mut draft = Draft::default();
        for (code, stays) in [(Code::Invalid, false), (Code::ModelNotFound, false), (Code::Unavailable, true)] {
            draft.failed(Error::new(code, "no"));
            draft.model_changed();
            assert_eq!(draft.standing != Standing::Idle, stays, "{code:?}");
        }
    }

    #[test]
    fn a_second_press_waits_for_the_first() {
        let mut draft = Draft::default();
        assert!(draft.press("hello", to()).is_some());
        assert_eq!(draft.press("hello", to()), None);
    }

    #[test]
    fn a_retry_of_the_same_text_is_the_same_request() {
        let mut draft = Draft::default();
        let first = send(&mut draft, "hello", to()).unwrap();
        draft.failed(unavailable());
        assert_eq!(draft.standing, Standing::Failed(unavailable()));
        // Meanwhile the stream brought the message: it had been stored, and its reply runs.
        let later = Destination { parent: Some(MessageId(Uuid::from_u128(9))), waits: true, ..to() };
        assert_eq!(send(&mut draft, "hello", later), Some(first));
    }

    #[test]
    fn another_text_model_or_image_is_another_request() {
        for (text, model, also, images) in [
            ("hello!", None, vec![], there(&["a"])),
            ("hello", Some("example/other".to_owned()), vec![], there(&["a"])),
            ("hello", None, vec!["example/other".to_owned()], there(&["a"])),
            ("hello", None, vec![], there(&["a", "b"])),
            ("hello", None, vec![], there(&[])),
        ] {
            let mut draft = Draft { images: there(&["a"]), ..Draft::default() };
            let first = send(&mut draft, "hello", to()).unwrap();
            draft.failed(unavailable());
            draft.gathered(images);
            let second = send(&mut draft, text, Destination { model, also, ..to() }).unwrap();
            assert_ne!(first.request, second.request);
        }
    }

    #[test]
    fn what_was_sent_can_be_said_again() {
        let mut draft = Draft::default();
        let first = send(&mut draft, "hello", to()).unwrap();
        draft.taken();
        let second = send(&mut draft, "hello", to()).unwrap();
        assert_ne!(first.request, second.request);
    }

    #[test]
    fn what_has_something_before_it_is_queued() {
        let mut draft = Draft::default();
        let pressed = draft.press("hello", Destination { waits: true, ..to() });
        assert!(matches!(&pressed, Some(Pressed::Queue(message)) if message.text == "hello"), "{pressed:?}");
        assert_eq!(draft.standing, Standing::Idle);
        assert!(send(&mut draft, "hello", to()).is_some());
        draft.reply_ended();
        assert_eq!(draft.standing, Standing::Sending);
    }

    #[test]
    fn escape_stops_a_reply_when_it_is_pressed_twice() {
        let mut draft = Draft::default();
        assert!(!draft.escape(false));
        assert_eq!(draft.standing, Standing::Idle, "nothing runs");
        assert!(!draft.escape(true));
        assert_eq!(draft.standing, Standing::MayStop);
        assert!(draft.escape(true));
        assert_eq!(draft.standing, Standing::Idle);
    }

    #[test]
    fn between_two_escapes_nothing_may_happen() {
        for happens in [Draft::typed, Draft::reply_ended] {
            let mut draft = Draft::default();
            draft.escape(true);
            happens(&mut draft);
            assert_eq!(draft.standing, Standing::Idle);
            assert!(!draft.escape(true));
        }
    }

    #[test]
    fn an_edit_goes_beside_the_message_that_it_replaces() {
        let edits = Some(MessageId(Uuid::from_u128(3)));
        let message = send(&mut Draft::default(), "better", Destination { edits, ..to() }).unwrap();
        assert_eq!((message.edits, message.parent), (edits, None));
    }
}
