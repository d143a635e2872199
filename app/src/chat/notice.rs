//! One quiet line about the connection, while there is something to say.

use crate::{stream::Notice, text::Msg};
use leptos::prelude::*;

#[component]
pub fn NoticeBar(
    /// What `follow` says.
    notice: ReadSignal<Notice>,
) -> impl IntoView {
    let words = move || match notice.get() {
        Notice::None => None,
        Notice::Reconnecting => Some(Msg::Reconnecting.text()),
        Notice::Offline => Some(Msg::Offline.text()),
        Notice::DiskFull => Some(Msg::DiskFull.text()),
    };
    view! {
        <div class="notice" role="status" data-notice=move || name(notice.get())>
            {words}
        </div>
    }
}

fn name(notice: Notice) -> Option<&'static str> {
    match notice {
        Notice::None => None,
        Notice::Reconnecting => Some("reconnecting"),
        Notice::Offline => Some("offline"),
        Notice::DiskFull => Some("disk_full"),
    }
}
