//! Keeps the view of the thread where its reader wants it: at the end, or exactly where it is while things around it grow.

use super::{following::Following, window::Window};
use crate::{
    browser::{
        Anchor, Resized, Scroller, Timer, View, focus_is_lost, focus_part, forget_in_tab, has_selection, next_frame,
        on_document, on_window, recall_in_tab, remember_in_tab, top_of,
    },
    stream::Thread,
    ui::{Asking, in_browser},
    wire::MessageId,
};
use leptos::{html, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

/// The attribute by which a message is found.
const MESSAGE: &str = "data-message";
/// Browsers round.
const ROUNDING: u32 = 1;
/// Where there are messages below of what is drawn, the end is at least that far away, in pixels.
const BELOW: i32 = 100_000;
/// A place further up than so many reads of older messages is given up.
const MOST_READS: usize = 20;

#[derive(Clone, Copy)]
pub struct Reader {
    thread: Thread,
    scroller: NodeRef<html::Section>,
    column: NodeRef<html::Div>,
    window: RwSignal<Window>,
    /// Older messages are on their way.
    pub older: Asking,
    following: StoredValue<Following>,
    follows: RwSignal<bool>,
    news: RwSignal<bool>,
    anchor: StoredValue<Option<SendWrapper<Anchor>>>,
    /// The same for a later visit: a message, and how far from the top of the window it is.
    place: StoredValue<Option<String>>,
    landing: StoredValue<Option<Landing>>,
    /// Brings the view to what was drawn.
    settling: StoredValue<Option<SendWrapper<Timer>>>,
    /// The place of an earlier visit, until enough is drawn to be there.
    wish: StoredValue<Option<Place>>,
}

/// A message, and how far its top is below that of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    message: MessageId,
    top: i32,
}

/// Where to be once a message is drawn: it came in the place of another one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Landing {
    message: MessageId,
    /// Where the other one was; none for the end of the thread.
    top: Option<i32>,
    /// What of it takes the focus, by its `data-action`: what was pressed may be gone.
    action: &'static str,
}

impl Reader {
    pub fn new(thread: Thread) -> Self {
        Self {
            thread,
            scroller: NodeRef::new(),
            column: NodeRef::new(),
            window: RwSignal::default(),
            older: Asking::new(),
            following: StoredValue::default(),
            follows: RwSignal::new(true),
            news: RwSignal::new(false),
            anchor: StoredValue::default(),
            place: StoredValue::default(),
            landing: StoredValue::default(),
            settling: StoredValue::default(),
            wish: StoredValue::default(),
        }
    }

    /// What scrolls.
    pub fn scroller(&self) -> NodeRef<html::Section> {
        self.scroller
    }

    /// What grows in it.
    pub fn column(&self) -> NodeRef<html::Div> {
        self.column
    }

    /// The messages that are on the page.
    pub fn shown(&self) -> Vec<MessageId> {
        self.thread.path().with(|path| path[self.window.get().range(path)].to_vec())
    }

    /// The end of the path is on the page.
    pub fn shows_end(&self) -> bool {
        self.thread.path().with(|path| self.window.get().is_at_end(path))
    }

    /// There are messages above of those.
    pub fn has_older(&self) -> bool {
        self.thread.more().get() || self.thread.path().with(|path| self.window.get().range(path).start > 0)
    }

    /// The view is kept at the end.
    pub fn follows(&self) -> ReadSignal<bool> {
        self.follows.read_only()
    }

    /// Text came that was not seen.
    pub fn news(&self) -> ReadSignal<bool> {
        self.news.read_only()
    }

    /// Begins, once for the component that shows the thread.
    pub fn start(self) {
        in_browser(move || {
            let (Some(scroller), Some(column)) = (self.scroller.get(), self.column.get()) else { return };
            Scroller(&scroller).lay_out_forward();
            self.come_back();
            let hooks = SendWrapper::new((
                Resized::watch(&[&scroller, &column], move || self.settle()),
                on_document("selectionchange", move || self.selected()),
                on_window("pagehide", move |_| self.leave()),
            ));
            on_cleanup(move || {
                self.leave();
                drop(hooks);
            });
        });
        let mut seen = None;
        in_browser(move || {
            let Some((leaf, _)) = self.thread.leaf() else { return };
            let end = self.thread.read(leaf, |message| (message.id, message.sizes()));
            if std::mem::replace(&mut seen, end.clone()).is_some_and(|seen| Some(seen) != end) {
                self.step(|following, _| following.grow());
                // When it is drawn, and before its frame.
                self.settling.set_value(Timer::after(0, move || self.settle()).map(SendWrapper::new));
            }
        });
        in_browser(move || {
            self.thread.path().track();
            if self.follows.get_untracked() {
                self.move_window(Window::trimmed);
            }
            // A message that is new is drawn after this, and before the next frame.
            next_frame(move || self.land());
        });
    }

    /// The scroller moved.
    pub fn scrolled(&self) {
        // What came above since the last frame is made good first: the place to hold on to is the one before it came.
        let moved = self.moved();
        if moved != 0 {
            self.move_by(moved);
        }
        self.step(|following, scroller| {
            if following.scrolled(self.view(scroller)) {
                self.wish.set_value(None);
            }
        });
        self.hold_on();
        self.draw_near();
    }

    /// What the reader comes near to is drawn before they are there.
    fn draw_near(&self) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        let (view, near) = (Scroller(&scroller).view(), scroller.client_height() * 2);
        if view.top < near && untrack(|| self.has_older() && !self.older.runs() && self.older.problem().is_none()) {
            self.show_older(false);
        } else if view.end - view.top < near && !untrack(|| self.shows_end()) {
            self.hold_on();
            self.move_window(Window::down);
        }
    }

    /// Draws older messages, after reading them where none are held. Who reads keeps the place. `pressed`: it was asked for by the
    /// button, which goes with the last of them and would take the focus away with it.
    pub fn show_older(self, pressed: bool) {
        let path = self.thread.path();
        self.older.ask(async move {
            let first = path.with_untracked(|path| path.first().copied());
            let is_held = path.with_untracked(|path| self.window.get_untracked().range(path).start > 0);
            self.stay();
            if !is_held {
                self.move_window(Window::held);
                self.thread.read_older().await?;
            }
            self.move_window(Window::up);
            next_frame(move || {
                if let Some(first) = first.filter(|_| pressed && focus_is_lost()) {
                    self.take_focus_at(first, None);
                }
                // Who is still near to the beginning may have nothing left to scroll.
                self.draw_near();
            });
            Ok(())
        });
    }

    fn move_window(&self, change: impl FnOnce(Window, &[MessageId]) -> Window) {
        let Some(window) = self.window.try_get_untracked() else { return };
        let changed = self.thread.path().try_with_untracked(|path| change(window, path));
        if let Some(changed) = changed.filter(|changed| *changed != window) {
            self.window.set(changed);
            // As much may go below as comes above: then nothing changes its size, and nobody else would say so.
            let reader = *self;
            next_frame(move || reader.settle());
        }
    }

    fn view(&self, scroller: &Scroller<'_>) -> View {
        let view = scroller.view();
        let below = if untrack(|| self.shows_end()) { 0 } else { BELOW };
        View { end: view.end + below, ..view }
    }

    pub fn go_to_end(&self) {
        self.wish.set_value(None);
        if !untrack(|| self.shows_end()) {
            self.move_window(|_, path| Window::end(path));
        }
        self.step(|following, scroller| {
            following.go_to_end();
            scroller.to_end();
            following.placed(self.view(scroller));
        });
    }

    /// The message that comes next is written here: the end is shown, and what was pressed may go.
    pub fn land_at_end(&self, message: MessageId, action: &'static str) {
        if self.thread.path().with_untracked(|path| path.contains(&message)) {
            // It goes on in its place, where what was pressed gives way: the message itself takes the focus.
            self.focus_soon(message, None);
        } else {
            self.landing.set_value(Some(Landing { message, top: None, action }));
        }
        self.go_to_end();
    }

    /// Another message is about to be drawn in the place of this one: it will stand where this one stands.
    pub fn land_at(&self, message: MessageId, instead_of: MessageId, action: &'static str) {
        let part = |scroller: &_| Scroller(scroller).part(MESSAGE, &instead_of.to_string());
        let top = self.scroller.get_untracked().and_then(|scroller| part(&scroller)).map(|part| top_of(&part));
        self.landing.set_value(Some(Landing { message, top, action }));
        self.step(|following, _| following.leave_end());
        self.anchor.set_value(None);
        self.wish.set_value(None);
    }

    /// Has a message of the path drawn.
    pub fn bring(&self, message: MessageId) {
        self.move_window(|window, path| window.with(path, message));
    }

    /// Brings a message into view.
    pub fn reveal(&self, message: MessageId) {
        self.wish.set_value(None);
        self.bring(message);
        self.step(|following, scroller| {
            let part = scroller.part(MESSAGE, &message.to_string());
            if part.is_some_and(|part| scroller.reveal(&part)) {
                following.leave_end();
                following.placed(self.view(scroller));
            }
        });
        self.hold_on();
    }

    /// Moves by nearly a page, as the keys do that the composer has no use for.
    pub fn turn_page(&self, down: bool) -> bool {
        let Some(scroller) = self.scroller.get_untracked() else { return false };
        let page = scroller.client_height() * 9 / 10;
        Scroller(&scroller).by(if down { page } else { -page });
        true
    }

    /// Something is about to come above: what is seen stays, also where it is the end.
    pub fn stay(&self) {
        self.step(|following, _| following.leave_end());
        self.hold_on();
    }

    fn land(&self) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        let landing = self.landing.try_get_value().flatten();
        let Some(Landing { message, top, action }) = landing else { return };
        let Some(part) = Scroller(&scroller).part(MESSAGE, &message.to_string()) else { return };
        self.landing.set_value(None);
        if let Some(top) = top {
            self.move_by(top_of(&part) - top);
        }
        self.take_focus_at(message, Some(action));
    }

    /// Gives the focus to a part of a message as soon as all is drawn.
    pub fn focus_soon(self, message: MessageId, action: Option<&'static str>) {
        next_frame(move || self.take_focus_at(message, action));
    }

    /// To the button with this `data-action`; where it cannot be had, to one of its group, or to the message.
    fn take_focus_at(&self, message: MessageId, action: Option<&str>) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        let message = format!("[{MESSAGE}=\"{message}\"]");
        let mut tries = vec![];
        if let Some(action) = action {
            tries.push(format!("{message} [data-action={action}]:not(:disabled)"));
            tries.push(format!("{message} [role=group]:has([data-action={action}]) button:not(:disabled)"));
        }
        tries.push(message);
        // The first that is there takes it.
        let _ = tries.iter().any(|selector| focus_part(&scroller, selector));
    }

    /// Something changed its size, and nothing is painted yet.
    fn settle(&self) {
        if let Some(place) = self.wish.try_get_value().flatten() {
            self.stand_at(place);
        } else if self.following.try_with_value(Following::follows) == Some(true) {
            self.step(|following, scroller| {
                scroller.to_end();
                following.placed(self.view(scroller));
            });
        } else {
            self.move_by(self.moved());
        }
    }

    /// By how many pixels what is read was moved by what came or went around it. At the end, and on the way to a place, nothing
    /// is held on to.
    fn moved(&self) -> i32 {
        let is_placed = self.wish.try_with_value(Option::is_none) == Some(true);
        if !is_placed || self.following.try_with_value(Following::follows) != Some(false) {
            return 0;
        }
        let moved = self.anchor.try_with_value(|anchor| anchor.as_ref().map(|anchor| anchor.moved()));
        moved.flatten().unwrap_or_default()
    }

    fn move_by(&self, pixels: i32) {
        self.step(|following, scroller| {
            scroller.by(pixels);
            following.placed(self.view(scroller));
        });
        self.hold_on();
    }

    /// Remembers what the reader looks at.
    fn hold_on(&self) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        if self.wish.try_with_value(Option::is_some) != Some(false) {
            return;
        }
        let scroller = Scroller(&scroller);
        let anchor = if self.follows.get_untracked() { None } else { scroller.anchor(MESSAGE) };
        let part = anchor.as_ref().and_then(|anchor| anchor.part(MESSAGE));
        self.place.try_set_value(part.map(|(element, id)| format!("{id} {}", top_of(element))));
        self.anchor.try_set_value(anchor.map(SendWrapper::new));
    }

    fn selected(&self) {
        self.step(|following, scroller| following.select(has_selection(scroller.0)));
    }

    fn step(&self, change: impl FnOnce(&mut Following, &Scroller<'_>)) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        let now = self.following.try_update_value(|following| {
            change(following, &Scroller(&scroller));
            (following.follows(), following.news())
        });
        if let Some((follows, news)) = now {
            self.follows.try_maybe_update(|held| (std::mem::replace(held, follows) != follows, ()));
            self.news.try_maybe_update(|held| (std::mem::replace(held, news) != news, ()));
        }
    }

    /// Whoever was reading further up finds that place again, after a reload as after a look elsewhere.
    fn come_back(&self) {
        let written = recall_in_tab(&self.key());
        match written.as_deref().and_then(Place::parse) {
            Some(place) => {
                self.place.set_value(written);
                self.seek(place, MOST_READS);
            }
            None => self.go_to_end(),
        }
    }

    fn seek(self, place: Place, reads: usize) {
        let path = self.thread.path();
        if path.try_with_untracked(|path| path.contains(&place.message)) == Some(true) {
            self.bring(place.message);
            self.wish.set_value(Some(place));
            // As soon as it is drawn.
            next_frame(move || self.stand_at(place));
        } else if reads > 0 && self.thread.more().try_get_untracked() == Some(true) {
            self.move_window(Window::held);
            spawn_local(async move {
                match self.thread.read_older().await {
                    Ok(()) => next_frame(move || self.seek(place, reads - 1)),
                    Err(_) => self.go_to_end(),
                }
            });
        } else {
            self.go_to_end();
        }
    }

    /// Goes as near to the place as what is drawn allows: what draws Markdown may still be on its way.
    fn stand_at(&self, Place { message, top }: Place) {
        self.step(|following, scroller| {
            let Some(part) = scroller.part(MESSAGE, &message.to_string()) else { return };
            scroller.by(top_of(&part) - top);
            following.placed(self.view(scroller));
            following.leave_end();
            if top_of(&part).abs_diff(top) <= ROUNDING {
                self.wish.set_value(None);
            }
        });
        self.hold_on();
    }

    fn leave(&self) {
        match self.place.try_get_value().flatten() {
            Some(place) => remember_in_tab(&self.key(), &place),
            None => forget_in_tab(&self.key()),
        }
    }

    fn key(&self) -> String {
        format!("brooklet.place.{}", self.thread.id)
    }
}

impl Place {
    fn parse(written: &str) -> Option<Self> {
        let (message, top) = written.split_once(' ')?;
        Some(Self { message: message.parse().ok()?, top: top.parse().ok()? })
    }
}
