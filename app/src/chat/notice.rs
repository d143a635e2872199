//! One quiet line about the connection, while there is something to say.

use crate::{stream::Notice, text::Msg};
use leptos::prelude::*;
use std::borrow::Cow;

#[component]
pub fn NoticeBar(
    /// What `follow` says.
    notice: ReadSignal<Notice>,
) -> impl IntoView {
    view! {
        <div class="notice" role="status" data-notice=move || name(notice.get())>
            {move || words(notice.get()).map(|words| view! { <span>{words}</span> })}
        </div>
    }
}

fn words(notice: Notice) -> Option<Cow<'static, str>> {
    match notice {
        Notice::None => None,
        Notice::Reconnecting => Some(Msg::Reconnecting.text()),
        Notice::Offline => Some(Msg::Offline.text()),
        Notice::DiskFull => Some(Msg::DiskFull.text()),
        Notice::HeldBack => Some(Msg::HeldBack.text()),
    }
}

fn name(notice: Notice) -> Option<&'static str> {
    match notice {
        Notice::None => None,
        Notice::Reconnecting => Some("reconnecting"),
        Notice::Offline => Some("offline"),
        Notice::DiskFull => Some("disk_full"),
        Notice::HeldBack => Some("held_back"),
    }
}
