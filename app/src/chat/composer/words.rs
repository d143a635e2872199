//! Why the draft is still there, above of it.

use super::{
    draft::{Draft, Standing},
    send_button::Stopping,
};
use crate::{
    text::{Msg, sentence},
    ui::{Button, Only, Problem},
};
use leptos::prelude::*;

#[component]
pub fn Words(
    draft: RwSignal<Draft>,
    stopping: Stopping,
    /// Sends the draft once more.
    retry: Callback<()>,
) -> impl IntoView {
    let quiet = move || draft.with(|draft| quiet_words(&draft.standing)).as_ref().map(Msg::text);
    let failed = move || {
        draft.with(|draft| match &draft.standing {
            _ if draft.waits_for_server() => Some(Msg::SendsWhenHeard.text()),
            Standing::Failed(error) => Some(Msg::NotSent { why: sentence(error).into_owned() }.text()),
            _ => None,
        })
    };
    view! {
        <p class="composer-words" role="status">
            {quiet}
        </p>
        <Problem words=move || stopping.problem() />
        <div class="composer-problem">
            <Problem words=failed />
            <Only when=move || draft.with(|draft| matches!(draft.standing, Standing::Failed(_)))>
                <Button class="button small" action="retry" words=Msg::TryAgain.text() press=retry />
            </Only>
        </div>
    }
    .into_any()
}

fn quiet_words(standing: &Standing) -> Option<Msg> {
    match standing {
        Standing::Idle | Standing::Sending | Standing::Failed(_) => None,
        Standing::Empty => Some(Msg::WriteFirst),
        Standing::Attaching => Some(Msg::ImagesOnTheirWay),
        Standing::NotAttached => Some(Msg::ImageNotTaken),
        Standing::MayStop => Some(Msg::EscapeAgain),
    }
}
