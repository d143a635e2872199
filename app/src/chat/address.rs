//! The address names the branch that is shown, so that a reload and a shared link show the same one.

use super::desk::Desk;
use crate::{
    ui::in_browser,
    wire::{ConversationId, MessageId},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// The message that the address names. Of the router's own location: a route's query is not told when only the path changes.
pub fn named_branch() -> Option<MessageId> {
    use_location().query.with_untracked(|query| query.get("leaf")?.parse().ok())
}

/// The address follows what is shown, and what is shown follows the address, for as long as the calling component lives.
pub fn keep_address(desk: Desk) {
    let Desk { thread, reader, .. } = desk;
    let location = use_location();
    let navigate = StoredValue::new(use_navigate());
    let own = page_path(thread.id);
    // While another page is on its way here, the address is already its own.
    let is_ours = move || location.pathname.with_untracked(|path| *path == own);
    let named = Memo::new(move |_| location.query.with(|query| query.get("leaf")?.parse::<MessageId>().ok()));
    let write = move |branch: Option<MessageId>| {
        let query = branch.map(|branch| format!("?leaf={branch}")).unwrap_or_default();
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(&format!("{}{query}", page_path(thread.id)), options));
    };
    in_browser({
        let is_ours = is_ours.clone();
        move || {
            let branch = thread.branch().get();
            if is_ours() && named.get_untracked() != branch {
                write(branch);
            }
        }
    });
    let mut begun = false;
    in_browser(move || {
        let named = named.get();
        // The page that is here was read by its address.
        let first = !std::mem::replace(&mut begun, true);
        if first || !is_ours() || named == thread.branch().get_untracked() {
            return;
        }
        spawn_local(async move {
            if thread.read_branch(named).await.is_ok() {
                thread.draw();
                reader.go_to_end();
            } else if let Some(shown) = thread.branch().try_get_untracked() {
                write(shown);
            }
        });
    });
}

fn page_path(conversation: ConversationId) -> String {
    format!("/c/{conversation}")
}
