//! What the page holds of the sidebar: one for the whole visit, whichever conversation is shown.

use super::follower::Polls;
use crate::{
    ui::Asking,
    wire::{ConversationId, ConversationList, Cursor, Error, Event, Sidebar, Summary},
};
use leptos::{prelude::*, server_fn::codec::Json};
use std::collections::BTreeMap;

/// A page of the sidebar, the newest first.
#[server(prefix = "/api", endpoint = "list_conversations", input = Json, output = Json)]
pub async fn list_conversations(before: Option<ConversationId>, limit: Option<u32>) -> Result<ConversationList, Error> {
    crate::backend::backend()?.list_conversations(before, limit).await
}

/// The newest rows.
pub async fn first_page() -> Result<ConversationList, Error> {
    list_conversations(None, None).await
}

/// A row as it is now.
pub async fn summary_of(conversation: ConversationId) -> Result<Summary, Error> {
    Ok(super::thread::get_conversation(conversation, None, None, Some(1)).await?.summary)
}

#[derive(Clone, Copy)]
pub struct List {
    rows: RwSignal<Sidebar>,
    /// Told when that row changes: among thousands, one change draws one row.
    changes: StoredValue<BTreeMap<ConversationId, ArcTrigger>>,
    more: RwSignal<bool>,
    reading: Asking,
    place: StoredValue<Place>,
}

/// What one conversation's stream leaves to the next one's.
#[derive(Clone, Copy, Default)]
pub struct Place {
    /// From where to follow the sidebar; none until it was read.
    pub cursor: Option<Cursor>,
    /// What is known of the way to the server.
    pub polls: Option<Polls>,
}

impl List {
    /// An empty one, for the page that is about to read it.
    pub fn new() -> Self {
        Self {
            rows: RwSignal::default(),
            changes: StoredValue::default(),
            more: RwSignal::default(),
            reading: Asking::new(),
            place: StoredValue::default(),
        }
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    pub fn rows(&self) -> ReadSignal<Sidebar> {
        self.rows.read_only()
    }

    /// There are older conversations to read.
    pub fn more(&self) -> ReadSignal<bool> {
        self.more.read_only()
    }

    /// A row, and another one whenever it changes.
    pub fn get(&self, id: ConversationId) -> Option<Summary> {
        let change = self.changes.try_update_value(|changes| changes.entry(id).or_default().clone())?;
        change.track();
        self.rows.try_with_untracked(|rows| rows.get(id).cloned()).flatten()
    }

    /// How reading older rows stands.
    pub fn reading(&self) -> Asking {
        self.reading
    }

    pub fn place(&self) -> Place {
        self.place.try_get_value().unwrap_or_default()
    }

    /// Remembers where the stream is.
    pub fn set_place(&self, place: Place) {
        self.place.try_set_value(place);
    }

    /// Holds a first page instead of all that was held.
    pub fn fill(&self, page: ConversationList) {
        self.set_place(Place { cursor: Some(page.cursor), ..self.place() });
        self.more.try_set(page.more);
        self.rows.try_set(Sidebar::new(page.conversations));
        let changes = self.changes.try_with_value(|changes| changes.values().cloned().collect::<Vec<_>>());
        changes.into_iter().flatten().for_each(|change| change.notify());
    }

    pub fn apply(&self, event: &Event) {
        let changed = self.rows.try_maybe_update(|rows| {
            let changed = rows.apply(event);
            (changed, changed)
        });
        if let (Some(true), Event::Summary(row)) = (changed, event) {
            self.tell(row.conversation);
        }
    }

    fn tell(&self, id: ConversationId) {
        if let Some(change) = self.changes.try_with_value(|changes| changes.get(&id).cloned()).flatten() {
            change.notify();
        }
    }

    /// Reads what is below the last row, unless it is being read already, or could not be read just now.
    pub fn read_older_if_idle(self) {
        if !untrack(|| self.reading.runs() || self.reading.problem().is_some()) {
            self.read_older();
        }
    }

    /// Reads what is below the last row.
    pub fn read_older(self) {
        self.reading.ask(self.read_below());
    }

    async fn read_below(self) -> Result<(), Error> {
        let last = self.rows.try_with_untracked(|rows| rows.rows().last().map(|row| row.conversation)).flatten();
        let page = list_conversations(last, None).await?;
        self.more.try_set(page.more);
        let ids: Vec<_> = page.conversations.iter().map(|row| row.conversation).collect();
        self.rows.try_update(|rows| {
            for row in page.conversations {
                rows.apply(&Event::Summary(row));
            }
        });
        ids.into_iter().for_each(|id| self.tell(id));
        Ok(())
    }
}

impl Default for List {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::example;

    #[test]
    fn holds_a_page_and_follows() {
        Owner::new().with(|| {
            let list = List::new();
            assert_eq!(list.place().cursor, None);
            let cursor = Cursor { log: 1, seq: 0, list: 1 };
            list.fill(ConversationList { conversations: vec![example::summary()], more: true, cursor });
            assert_eq!(list.place().cursor, Some(cursor));
            assert!(list.more().get());
            list.apply(&Event::Summary(Summary { title: "Renamed".into(), list: 2, ..example::summary() }));
            assert_eq!(list.get(example::CONVERSATION).map(|row| row.title).as_deref(), Some("Renamed"));
            list.apply(&Event::Summary(Summary { deleted: true, list: 3, ..example::summary() }));
            assert!(list.rows().get().rows().is_empty());
        });
    }

    #[test]
    fn a_change_draws_its_row_and_no_other() {
        Owner::new().with(|| {
            let list = List::new();
            let other = ConversationId(uuid::Uuid::from_u128(7));
            let cursor = Cursor { log: 1, seq: 0, list: 1 };
            let rows = vec![example::summary(), Summary { conversation: other, ..example::summary() }];
            list.fill(ConversationList { conversations: rows, more: false, cursor });
            let draws = StoredValue::new([0, 0]);
            let rows = [example::CONVERSATION, other].map(|id| {
                Memo::new(move |_| {
                    draws.update_value(|draws| draws[usize::from(id == other)] += 1);
                    list.get(id).map(|row| row.title)
                })
            });
            let read = || rows.map(|row| row.get().unwrap_or_default());
            read();
            list.apply(&Event::Summary(Summary { title: "Renamed".into(), list: 2, ..example::summary() }));
            assert_eq!(read()[0], "Renamed");
            assert_eq!(draws.get_value(), [2, 1]);
        });
    }
}
