//! What the page holds of the sidebar: one for the whole visit, whichever conversation is shown.

use crate::wire::{ConversationId, ConversationList, Cursor, Error, Event, Sidebar, Summary};
use leptos::{prelude::*, server_fn::codec::Json};

/// A page of the sidebar, the newest first.
#[server(prefix = "/api", endpoint = "list_conversations", input = Json, output = Json)]
pub async fn list_conversations(before: Option<ConversationId>, limit: Option<u32>) -> Result<ConversationList, Error> {
    crate::backend::backend()?.list_conversations(before, limit).await
}

/// The newest rows.
pub async fn first_page() -> Result<ConversationList, Error> {
    list_conversations(None, None).await
}

#[derive(Clone, Copy)]
pub struct List {
    rows: RwSignal<Sidebar>,
    more: RwSignal<bool>,
    /// From where to follow the sidebar; none until it was read.
    place: StoredValue<Option<Cursor>>,
}

impl List {
    /// An empty one, for the page that is about to read it.
    pub fn new() -> Self {
        Self { rows: RwSignal::default(), more: RwSignal::default(), place: StoredValue::default() }
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

    pub fn get(&self, id: ConversationId) -> Option<Summary> {
        self.rows.try_with(|rows| rows.get(id).cloned()).flatten()
    }

    pub fn place(&self) -> Option<Cursor> {
        self.place.try_get_value().flatten()
    }

    /// Remembers where the stream is.
    pub fn set_place(&self, place: Option<Cursor>) {
        self.place.try_set_value(place);
    }

    /// Holds a first page instead of all that was held.
    pub fn fill(&self, page: ConversationList) {
        self.set_place(Some(page.cursor));
        self.more.try_set(page.more);
        self.rows.try_set(Sidebar::new(page.conversations));
    }

    pub fn apply(&self, event: &Event) {
        self.rows.try_maybe_update(|rows| (rows.apply(event), ()));
    }

    /// Reads what is below the last row.
    pub async fn read_older(self) -> Result<(), Error> {
        let last = self.rows.try_with_untracked(|rows| rows.rows().last().map(|row| row.conversation)).flatten();
        let page = list_conversations(last, None).await?;
        self.more.try_set(page.more);
        self.rows.try_update(|rows| {
            for row in page.conversations {
                rows.apply(&Event::Summary(row));
            }
        });
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
            assert_eq!(list.place(), None);
            let cursor = Cursor { log: 1, seq: 0, list: 1 };
            list.fill(ConversationList { conversations: vec![example::summary()], more: true, cursor });
            assert_eq!(list.place(), Some(cursor));
            assert!(list.more().get());
            list.apply(&Event::Summary(Summary { title: "Renamed".into(), list: 2, ..example::summary() }));
            assert_eq!(list.get(example::CONVERSATION).map(|row| row.title).as_deref(), Some("Renamed"));
            list.apply(&Event::Summary(Summary { deleted: true, list: 3, ..example::summary() }));
            assert!(list.rows().get().rows().is_empty());
        });
    }
}
