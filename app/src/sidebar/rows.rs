//! The conversations, by day.

use super::{
    days::{Calendar, Group, Zone},
    row::Row,
};
use crate::{
    browser::{Scroller, Timer, wall_ms},
    stream::List,
    text::Msg,
    ui::{Asking, Button, Each, Only, Problem, in_browser},
    wire::ConversationId,
};
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;

/// Midnight is noticed within this time; a machine that slept notices it when it wakes.
const CALENDAR_MS: u64 = 30_000;
/// Older conversations are read when this little is left below.
const AHEAD_PX: i32 = 800;

#[component]
pub fn Rows(
    list: List,
    /// The conversation of the page.
    shown: Memo<Option<ConversationId>>,
    /// The server's guess; from here on the reader's own.
    calendar: RwSignal<Calendar>,
    /// What scrolls.
    scroller: NodeRef<html::Div>,
) -> impl IntoView {
    in_browser(move || {
        let turn = move || {
            let now = Calendar::new(Zone::Browser, wall_ms());
            calendar.try_maybe_update(|held| (*held != now, *held = now));
        };
        turn();
        let timer = SendWrapper::new(Timer::every(CALENDAR_MS, turn));
        on_cleanup(move || drop(timer));
    });
    let groups = Memo::new(move |_| {
        let calendar = calendar.get();
        list.rows().with(|rows| grouped(rows.rows().iter().map(|row| (row.conversation, row.updated_at)), calendar))
    });
    in_browser(move || {
        groups.track();
        fill_window(list, scroller);
    });
    let empty = move || groups.with(Vec::is_empty);
    let headings = move || groups.with(|groups| groups.iter().map(|(group, _)| *group).collect::<Vec<_>>());
    view! {
        <Only when=empty>
            <p class="sidebar-words">{Msg::NoConversations.text()}</p>
        </Only>
        <Each items=Signal::derive(headings) key=|group| group.key() let:group>
            <GroupView list shown groups group />
        </Each>
        <More list />
    }
}

type Groups = Vec<(Group, Vec<ConversationId>)>;

/// Neighbours of one day stand together; the order stays.
fn grouped(rows: impl Iterator<Item = (ConversationId, u64)>, calendar: Calendar) -> Groups {
    let mut groups = Groups::new();
    for (id, updated_at) in rows {
        let group = calendar.group(updated_at);
        match groups.last_mut() {
            Some((last, ids)) if *last == group => ids.push(id),
            _ => groups.push((group, vec![id])),
        }
    }
    groups
}

#[component]
fn GroupView(
    list: List,
    shown: Memo<Option<ConversationId>>,
    /// All of them.
    groups: Memo<Groups>,
    /// This one.
    group: Group,
) -> impl IntoView {
    let ids = move || {
        groups.with(|groups| {
            let found = groups.iter().find(|(found, _)| *found == group);
            found.map(|(_, ids)| ids.clone()).unwrap_or_default()
        })
    };
    let id = format!("day-{}", group.key());
    let heading = id.clone();
    view! {
        <section class="sidebar-group" aria-labelledby=heading>
            <h2 class="sidebar-day" id=id>
                {group.words().text()}
            </h2>
            <ul class="sidebar-rows">
                <Each items=Signal::derive(ids) key=|id| id.0.as_u128() let:id>
                    <Row list id shown />
                </Each>
            </ul>
        </section>
    }
}

/// Reads older conversations while the end of the list can nearly be seen.
pub fn fill_window(list: List, scroller: NodeRef<html::Div>) {
    let near = scroller.get_untracked().is_some_and(|element| Scroller(&element).is_near_end(AHEAD_PX));
    if near && list.more().get_untracked() {
        list.read_older_if_idle();
    }
}

/// The same by hand, and what became of it.
#[component]
fn More(list: List) -> impl IntoView {
    let reading: Asking = list.reading();
    let words = move || if reading.runs() { Msg::Loading } else { Msg::MoreConversations }.text();
    view! {
        <Only when=move || list.more().get()>
            <Button
                class="button quiet sidebar-more"
                action="more"
                words
                disabled=move || reading.runs()
                press=move || list.read_older()
            />
            <Problem words=move || reading.problem() />
        </Only>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn neighbours_of_a_day_stand_together() {
        const DAY: u64 = 86_400_000;
        let calendar = Calendar::new(Zone::Fixed(0), 100 * DAY);
        let id = |n| ConversationId(Uuid::from_u128(n));
        let rows = [(4, 100), (3, 100), (2, 99), (1, 40)].map(|(n, day)| (id(n), day * DAY));
        let groups = grouped(rows.into_iter(), calendar);
        let ids: Vec<_> = groups.iter().map(|(_, ids)| ids.clone()).collect();
        assert_eq!(ids, [vec![id(4), id(3)], vec![id(2)], vec![id(1)]]);
        assert_eq!((groups[0].0, groups[1].0), (Group::Today, Group::Yesterday));
        assert_eq!(grouped(std::iter::empty(), calendar), vec![]);
    }
}
