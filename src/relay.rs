//! Tells followers that there is more. A lost word delays a follower, it never loses anything: the text is in the store.
//!
//! In-process: a watch channel for each topic that somebody follows.

use crate::sync::{Mutex, PoisonError};
use app::wire::ConversationId;
use std::collections::HashMap;
use tokio::sync::watch;
use uuid::Uuid;

/// What can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    Conversation(ConversationId),
    /// The sidebar of an owner.
    List(Uuid),
    /// Whether the journal can store.
    Trouble,
}

#[derive(Default)]
pub struct Relay {
    topics: Mutex<HashMap<Topic, watch::Sender<()>>>,
}

impl Relay {
    /// From now on every `publish` of the topic wakes the receiver.
    pub fn subscribe(&self, topic: Topic) -> watch::Receiver<()> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.entry(topic).or_insert_with(|| watch::channel(()).0).subscribe()
    }

    /// Wakes who follows the topic; forgets it when nobody does.
    pub fn publish(&self, topic: Topic) {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        match topics.get(&topic) {
            Some(sender) if sender.receiver_count() > 0 => sender.send_modify(|()| {}),
            Some(_) => drop(topics.remove(&topic)),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn wakes_its_topic_only_and_forgets_it_when_nobody_listens() {
        let relay = Relay::default();
        let (mut list, trouble) = (relay.subscribe(Topic::List(Uuid::nil())), relay.subscribe(Topic::Trouble));
        relay.publish(Topic::List(Uuid::nil()));
        list.changed().await.expect("published");
        assert!(!trouble.has_changed().expect("the relay is there"));

        drop(list);
        relay.publish(Topic::List(Uuid::nil()));
        assert_eq!(relay.topics.lock().unwrap().len(), 1);
    }
}
