//! Messages that wait, in their order: what is known of them, without a browser.

use crate::wire::{Code, Error, MessageId, RequestId, SendMessage};

/// Longer lines are a mistake, or somebody else's text in the browser's storage.
const MOST: usize = 50;

/// The first goes first; the others follow what becomes of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    waiting: Vec<SendMessage>,
    /// The first is on its way.
    sending: bool,
    /// Why the first did not go, where trying again changes nothing.
    trouble: Option<Error>,
    /// A person wants the first to go, however the reply before it ended.
    wanted: bool,
}

impl Line {
    pub fn waiting(&self) -> &[SendMessage] {
        &self.waiting
    }

    pub fn first(&self) -> Option<&SendMessage> {
        self.waiting.first()
    }

    pub fn is_sending(&self) -> bool {
        self.sending
    }

    pub fn is_wanted(&self) -> bool {
        self.wanted
    }

    pub fn trouble(&self) -> Option<&Error> {
        self.trouble.as_ref()
    }

    /// False when there is no room.
    pub fn push(&mut self, mut message: SendMessage) -> bool {
        if self.waiting.len() >= MOST {
            return false;
        }
        if !self.waiting.is_empty() {
            // It follows the one before it, whose reply nobody knows yet.
            message.parent = None;
        }
        self.waiting.push(message);
        true
    }

    /// Takes one out, unless it is on its way: the next stands in its place.
    pub fn remove(&mut self, request: RequestId) -> Option<SendMessage> {
        let at = self.waiting.iter().position(|message| message.request == request)?;
        if at == 0 && self.sending {
            return None;
        }
        let removed = self.waiting.remove(at);
        if at == 0 {
            self.next(removed.parent);
        }
        Some(removed)
    }

    /// The first is on its way; gives it. It goes below `parent`.
    pub fn send(&mut self, parent: Option<MessageId>) -> Option<SendMessage> {
        let first = self.waiting.first_mut().filter(|_| !self.sending)?;
        first.parent = parent;
        self.sending = true;
        Some(first.clone())
    }

    /// The server has it, and this is its reply.
    pub fn went(&mut self, request: RequestId, reply: Option<MessageId>) {
        if self.waiting.first().is_some_and(|first| first.request == request) {
            self.waiting.remove(0);
            self.next(reply);
        }
    }

    /// The first did not go. What time mends is tried again; the rest waits for a person.
    pub fn failed(&mut self, error: Error) {
        self.sending = false;
        self.wanted = false;
        self.trouble = Some(error).filter(|error| !passes(error));
    }

    /// A person wants the first to go.
    pub fn want(&mut self) {
        self.trouble = None;
        self.wanted = true;
    }

    /// What another tab of this browser made of it.
    pub fn replace(&mut self, waiting: Vec<SendMessage>) {
        let first = |waiting: &[SendMessage]| waiting.first().map(|message| message.request);
        if first(&waiting) != first(&self.waiting) {
            *self = Self::default();
        }
        self.waiting = waiting;
        self.waiting.truncate(MOST);
    }

    fn next(&mut self, parent: Option<MessageId>) {
        (self.sending, self.trouble, self.wanted) = (false, None, false);
        if let Some(next) = self.waiting.first_mut() {
            next.parent = next.parent.or(parent);
        }
    }
}

/// It goes by itself after a while.
fn passes(error: &Error) -> bool {
    matches!(error.code, Code::Unavailable | Code::ReplyRunning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> MessageId {
        MessageId(Uuid::from_u128(number))
    }

    fn message(number: u128, parent: Option<u128>) -> SendMessage {
        SendMessage {
            request: RequestId(Uuid::from_u128(number)),
            conversation: None,
            parent: parent.map(id),
            edits: None,
            text: format!("message {number}"),
            images: Vec::new(),
            pastes: Vec::new(),
            model: None,
            also: Vec::new(),
            setup: None,
        }
    }

    fn line() -> Line {
        let mut line = Line::default();
        for number in 1..=3 {
            assert!(line.push(message(number, Some(9))));
        }
        line
    }

    fn parents(line: &Line) -> Vec<Option<MessageId>> {
        line.waiting().iter().map(|message| message.parent).collect()
    }

    #[test]
    fn each_goes_below_the_reply_to_the_one_before() {
        let mut line = line();
        assert_eq!(parents(&line), [Some(id(9)), None, None]);
        let first = line.send(Some(id(9))).unwrap();
        assert_eq!(line.send(Some(id(9))), None, "one at a time");
        line.went(first.request, Some(id(10)));
        assert_eq!(parents(&line), [Some(id(10)), None]);
        line.went(first.request, Some(id(11)));
        assert_eq!(parents(&line), [Some(id(10)), None], "told twice");
    }

    #[test]
    fn who_takes_the_first_out_leaves_its_place_to_the_next() {
        let mut line = line();
        assert_eq!(line.remove(RequestId(Uuid::from_u128(2))).map(|message| message.text), Some("message 2".into()));
        assert_eq!(parents(&line), [Some(id(9)), None]);
        line.remove(RequestId(Uuid::from_u128(1)));
        assert_eq!(parents(&line), [Some(id(9))]);
    }

    #[test]
    fn what_is_on_its_way_cannot_be_taken_back() {
        let mut line = line();
        let first = line.send(None).unwrap();
        assert_eq!(line.remove(first.request), None);
        line.failed(Error::new(Code::Unavailable, "no"));
        assert!(line.remove(first.request).is_some());
    }

    #[test]
    fn what_time_mends_is_tried_again_and_the_rest_waits_for_a_person() {
        for (code, waits) in [(Code::Unavailable, false), (Code::ReplyRunning, false), (Code::ModelNotFound, true)] {
            let mut line = line();
            line.send(None);
            line.failed(Error::new(code, "no"));
            assert_eq!((line.is_sending(), line.trouble().is_some()), (false, waits), "{code:?}");
            line.want();
            assert_eq!((line.is_wanted(), line.trouble()), (true, None));
        }
    }

    #[test]
    fn what_another_tab_made_of_it_counts() {
        let mut line = line();
        line.send(None);
        let more = [line.waiting().to_vec(), vec![message(4, None)]].concat();
        line.replace(more);
        assert!(line.is_sending() && line.waiting().len() == 4, "the first is the same");
        line.replace(vec![message(2, Some(10))]);
        assert!(!line.is_sending(), "the other tab sent the first");
        line.replace((0..80).map(|number| message(number, None)).collect());
        assert_eq!(line.waiting().len(), MOST);
        assert!(!line.push(message(99, None)));
    }
}
