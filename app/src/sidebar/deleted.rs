//! What was deleted a moment ago, and the way back.
//!
//! A conversation goes at once, and for 10 s a toast offers to bring it back; the server keeps it for a minute. Several in a
//! row share one toast, which says how many, and come back together.

use crate::{
    browser::{focus_is_lost, focus_on, next_frame},
    later::later,
    stream::List,
    text::{Msg, sentence},
    ui::{Offer, Toasts},
    wire::{ConversationId, Error, Event, Summary},
};
use leptos::{prelude::*, server_fn::codec::Json, task::spawn_local};
use std::{borrow::Cow, sync::Arc};

const TOPIC: &str = "deleted";

/// Deletes a conversation and ends its running replies.
#[server(prefix = "/api", endpoint = "delete_conversation", input = Json, output = Json)]
pub async fn delete_conversation(conversation: ConversationId) -> Result<(), Error> {
    crate::backend::backend()?.delete_conversation(conversation).await
}

/// Brings back what was deleted less than a minute ago.
#[server(prefix = "/api", endpoint = "undelete_conversation", input = Json, output = Json)]
pub async fn undelete_conversation(conversation: ConversationId) -> Result<Summary, Error> {
    crate::backend::backend()?.undelete_conversation(conversation).await
}

/// Goes to a page of ours.
pub type Go = Arc<dyn Fn(&str) + Send + Sync>;

/// One for the page, in the context.
#[derive(Clone, Copy)]
pub struct Deleted {
    rows: StoredValue<Vec<Row>>,
    toasts: Toasts,
}

#[derive(Clone)]
struct Row {
    id: ConversationId,
    title: String,
    /// The page showed it.
    was_shown: bool,
}

impl Deleted {
    pub fn new(toasts: Toasts) -> Self {
        Self { rows: StoredValue::default(), toasts }
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(|| Self::new(Toasts::of_page()))
    }

    /// Deletes it, and goes to a new chat where it was shown.
    fn delete(self, list: List, id: ConversationId, was_shown: bool, go: Go) {
        let Some(row) = untrack(|| list.get(id)) else { return };
        let neighbour = list.rows().with_untracked(|rows| neighbour(rows.rows(), id));
        // It is gone from here before the server has answered; whatever else comes of it comes with a higher number.
        list.apply(&Event::Summary(Summary { deleted: true, list: row.list + 1, ..row.clone() }));
        next_frame(move || {
            if focus_is_lost() {
                focus_row(neighbour);
            }
        });
        if was_shown {
            go("/");
        }
        spawn_local(async move {
            match delete_conversation(id).await {
                Ok(()) => {
                    let title = Msg::conversation_title(row.title).into_owned();
                    self.rows.try_update_value(|rows| rows.push(Row { id, title, was_shown }));
                    self.offer(list, go);
                }
                Err(error) => {
                    list.apply(&Event::Summary(row));
                    self.toasts.say(Msg::NotDeleted { why: sentence(&error).into_owned() }.text());
                    if was_shown {
                        go(&format!("/c/{id}"));
                    }
                }
            }
        });
    }

    fn offer(self, list: List, go: Go) {
        let accept = move |()| {
            let rows = self.rows.try_update_value(std::mem::take).unwrap_or_default();
            self.bring_back(list, rows, go.clone());
        };
        let offer = Offer {
            words: Msg::Undo.text(),
            accept: Callback::new(accept),
            lapse: Callback::new(move |()| {
                self.rows.try_update_value(Vec::clear);
            }),
        };
        self.toasts.offer(TOPIC, self.words(), offer);
    }

    fn words(self) -> Cow<'static, str> {
        self.rows.with_value(|rows| match rows.as_slice() {
            [row] => Msg::DeletedOne { title: row.title.clone() }.text(),
            rows => Msg::DeletedMany { count: rows.len() }.text(),
        })
    }

    fn bring_back(self, list: List, rows: Vec<Row>, go: Go) {
        let newest = rows.last().map(|row| row.id);
        spawn_local(async move {
            let mut shown = None;
            for row in rows {
                match undelete_conversation(row.id).await {
                    Ok(summary) => {
                        list.apply(&Event::Summary(summary));
                        shown = row.was_shown.then_some(row.id).or(shown);
                    }
                    Err(error) => {
                        let (title, why) = (row.title, sentence(&error).into_owned());
                        self.toasts.say(Msg::NotBroughtBack { title, why }.text());
                    }
                }
            }
            if let Some(id) = shown {
                go(&format!("/c/{id}"));
            }
            next_frame(move || {
                if focus_is_lost() {
                    focus_row(newest);
                }
            });
        });
    }
}

later! {
    /// Deletes it, and goes to a new chat where it was shown; by `go` one gets to a page.
    pub fn delete(deleted: Deleted, list: List, id: ConversationId, was_shown: bool, go: Go) -> () {
        deleted.delete(list, id, was_shown, go);
    }
}

/// Where the keyboard goes on: the row below, or, at the end, above.
fn neighbour(rows: &[Summary], id: ConversationId) -> Option<ConversationId> {
    let at = rows.iter().position(|row| row.conversation == id)?;
    let found = rows.get(at + 1).or_else(|| rows.get(at.checked_sub(1)?));
    found.map(|row| row.conversation)
}

fn focus_row(id: Option<ConversationId>) {
    let in_row = id.is_some_and(|id| focus_on(&format!("[data-conversation='{id}'] .sidebar-link")));
    if !in_row {
        focus_on(".sidebar-new");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::example;

    #[test]
    fn the_keyboard_goes_on_beside_what_was_deleted() {
        let id = |n| ConversationId(uuid::Uuid::from_u128(n));
        let rows: Vec<_> = [1, 2, 3].map(|n| Summary { conversation: id(n), ..example::summary() }).into();
        assert_eq!(neighbour(&rows, id(1)), Some(id(2)));
        assert_eq!(neighbour(&rows, id(3)), Some(id(2)));
        assert_eq!(neighbour(&rows[..1], id(1)), None);
        assert_eq!(neighbour(&rows, id(9)), None);
    }
}
