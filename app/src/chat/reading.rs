//! What a person has looked at.

use super::desk::Desk;
use crate::{
    browser::{is_visible, on_document},
    later::later,
    stream::List,
    ui::in_browser,
    wire::{ConversationId, Error},
};
use leptos::{prelude::*, server_fn::codec::Json, task::spawn_local};
use send_wrapper::SendWrapper;
use std::pin::Pin;

/// The conversation was looked at as far as `seq`: its row says no more that something new is there.
#[server(prefix = "/api", endpoint = "mark_read", input = Json, output = Json)]
pub async fn mark_read(conversation: ConversationId, seq: u64) -> Result<(), Error> {
    crate::backend::backend()?.mark_read(conversation, seq).await
}

type Telling = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

later! {
    fn tell(conversation: ConversationId, seq: u64) -> Telling {
        Box::pin(mark_read(conversation, seq))
    }
}

/// Tells the server what was looked at, for as long as the calling component lives: a conversation that is opened, and a
/// reply that ends before somebody's eyes, its end in view. A hidden tab has looked at nothing.
///
/// `unread` is as the conversation was read: the sidebar may not hold its row.
pub fn keep_read(desk: Desk, list: List, unread: bool) {
    let Desk { thread, reader, .. } = desk;
    let visible = RwSignal::new(false);
    in_browser(move || {
        visible.set(is_visible());
        let listener = SendWrapper::new(on_document("visibilitychange", move || visible.set(is_visible())));
        on_cleanup(move || drop(listener));
    });
    let marked = StoredValue::new(None::<u64>);
    in_browser(move || {
        let unread = list.get(thread.id).map_or(unread, |row| row.unread);
        // The row may be told of the end of a reply before the thread is.
        thread.leaf();
        let at_end = reader.follows().get();
        let before = marked.get_value();
        if !visible.get() || !unread || !(at_end || before.is_none()) {
            return;
        }
        let seq = thread.seq();
        if before.is_some_and(|before| before >= seq) {
            return;
        }
        marked.set_value(Some(seq));
        spawn_local(async move {
            let told = match tell(thread.id, seq).await {
                Ok(telling) => telling.await.is_ok(),
                Err(_) => false,
            };
            if !told {
                // The next reason to look looks again.
                marked.try_set_value(before);
            }
        });
    });
}
