//! The versions of a message, and the way from one to the next.

use crate::{
    chat::desk::Desk,
    text::Msg,
    ui::{Asking, Glyph, IconButton, Only, Problem},
    wire::MessageId,
};
use leptos::prelude::*;

/// Which one of how many.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Versions {
    all: Vec<MessageId>,
    shown: usize,
}

impl Versions {
    /// None where there is only one.
    fn new(all: Vec<MessageId>, shown: MessageId) -> Option<Self> {
        let shown = all.iter().position(|id| *id == shown)?;
        (all.len() > 1).then_some(Self { all, shown })
    }

    fn earlier(&self) -> Option<MessageId> {
        self.shown.checked_sub(1).and_then(|index| self.all.get(index)).copied()
    }

    fn later(&self) -> Option<MessageId> {
        self.all.get(self.shown + 1).copied()
    }
}

#[component]
pub fn Branches(desk: Desk, id: MessageId) -> impl IntoView {
    let versions = Memo::new(move |_| {
        let all = desk.thread.siblings(id);
        // All of them are seen already.
        let seen = desk.side_by_side();
        Versions::new(all, id).filter(|versions| !versions.all.iter().all(|id| seen.contains(id)))
    });
    let asking = Asking::new();
    let go = move |to: fn(&Versions) -> Option<MessageId>, action: &'static str| {
        let to = versions.with_untracked(|versions| versions.as_ref().and_then(to));
        if let Some(to) = to.filter(|_| !untrack(|| asking.runs())) {
            asking.ask(desk.switch(id, to, action));
        }
    };
    let at = move || {
        let (number, of) = versions.with(|versions| versions.as_ref().map_or((0, 0), |v| (v.shown + 1, v.all.len())));
        Msg::VersionOf { number, of }.text()
    };
    let is = move |to: fn(&Versions) -> Option<MessageId>| versions.with(|v| v.as_ref().and_then(to).is_some());
    view! {
        <Only when=move || versions.with(Option::is_some)>
            <div class="message-branches" role="group" aria-label=Msg::Versions.text()>
                <IconButton
                    class="small"
                    action="earlier-version"
                    icon=Glyph::Left
                    label=Msg::EarlierVersion.text()
                    disabled=move || !is(Versions::earlier)
                    press=move || go(Versions::earlier, "earlier-version")
                />
                <span class="message-version">{at}</span>
                <IconButton
                    class="small"
                    action="later-version"
                    icon=Glyph::Right
                    label=Msg::LaterVersion.text()
                    disabled=move || !is(Versions::later)
                    press=move || go(Versions::later, "later-version")
                />
            </div>
            <Problem words=move || asking.problem() />
        </Only>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::example::id;

    #[test]
    fn leads_from_one_to_the_next() {
        let versions = |shown| Versions::new([1, 2, 3].map(id).to_vec(), id(shown)).unwrap();
        assert_eq!((versions(1).earlier(), versions(1).later()), (None, Some(id(2))));
        assert_eq!((versions(2).earlier(), versions(2).later()), (Some(id(1)), Some(id(3))));
        assert_eq!((versions(3).earlier(), versions(3).later()), (Some(id(2)), None));
    }

    #[test]
    fn one_alone_has_no_versions() {
        assert_eq!(Versions::new(vec![], id(1)), None);
        assert_eq!(Versions::new(vec![id(1)], id(1)), None);
        assert_eq!(Versions::new(vec![id(2), id(3)], id(1)), None, "it is not among them");
    }
}
