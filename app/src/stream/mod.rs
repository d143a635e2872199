//! How the page stays current: what it holds, and the one EventSource that changes it.
//!
//! Read `follower` first: it decides everything and is tested without a browser. This file is the browser around it.
//! `thread` and `list` are what is held of the conversation and of the sidebar.

#[cfg(test)]
pub mod example;
mod follower;
mod list;
mod thread;

pub use follower::Notice;
pub use list::{List, first_page, summary_of};
pub use thread::{Thread, newest_page};

use crate::{
    browser::{Channel, EventSource, Listener, TabLock, Timer, Told, is_online, is_visible, next_frame},
    browser::{on_document, on_window, wall_ms},
    ui::in_browser,
    wire::{Applied, Code, Cursor, Event, RequestId, ResetReason},
};
use follower::{Follower, Input, Output, What};
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

/// Drawings are at least this far apart: twenty a second look like a steady flow.
const DRAWING_MS: u64 = 50;
/// They are farther apart where they take long, so that at least two thirds of the time are left for who reads and types.
const DRAWING_SHARE: u64 = 3;
/// From one frame to the next there is at least this much time, drawing or not.
const FRAME_MS: u64 = 17;
/// Follower inputs that only time brings; `follower` counts in seconds.
const TICK_MS: u64 = 1_000;
/// The name of the lock of the hidden tab that keeps the sidebar, and of the channel on which it tells the others.
const SIDEBAR_TAB: &str = "brooklet.sidebar";

/// Follows the conversation (with the cursor of the read that it came from) and the sidebar for as long as the calling
/// component lives. Gives what the person is to be told of the connection.
pub fn follow(list: List, thread: Option<(Thread, Cursor)>) -> ReadSignal<Notice> {
    let notice = RwSignal::new(Notice::None);
    in_browser(move || {
        let stream = SendWrapper::new(Stream::start(list, thread, notice));
        // Navigation to another conversation ends this component, and so the stream: six connections are all there are.
        on_cleanup(move || stream.stop());
    });
    notice.read_only()
}

struct Stream {
    follower: RefCell<Follower>,
    list: List,
    thread: Option<Thread>,
    notice: RwSignal<Notice>,
    source: RefCell<Option<EventSource>>,
    lock: RefCell<Option<TabLock>>,
    drawing: RefCell<Drawing>,
    /// Whatever has to be dropped for the browser to leave this stream alone.
    hooks: RefCell<Hooks>,
    stopped: Cell<bool>,
}

#[derive(Default)]
struct Hooks {
    _ticks: Option<Timer>,
    _listeners: Vec<Listener>,
    channel: Option<Channel>,
}

/// When the next drawing is.
#[derive(Default)]
struct Drawing {
    last: u64,
    /// How long it took, with what the browser made of it.
    took: u64,
    /// Set until the frame has come.
    timer: Option<Option<Timer>>,
}

impl Stream {
    fn start(list: List, thread: Option<(Thread, Cursor)>, notice: RwSignal<Notice>) -> Rc<Self> {
        let (thread, cursor) = thread.unzip();
        // Random enough to keep tabs out of step, and never zero, which xorshift could not leave.
        let seed = RequestId::new().0.as_u128() as u64 | 1;
        let follower = Follower::new(thread.map(|thread| thread.id), cursor, list.place(), seed);
        let stream = Rc::new(Self {
            follower: RefCell::new(follower),
            list,
            thread,
            notice,
            source: RefCell::default(),
            lock: RefCell::default(),
            drawing: RefCell::default(),
            hooks: RefCell::default(),
            stopped: Cell::new(false),
        });
        stream.listen();
        if !is_online() {
            stream.tell(Input::Offline);
        }
        if is_visible() {
            stream.tell(Input::Visible);
        }
        stream
    }

    fn stop(&self) {
        self.stopped.set(true);
        self.source.take();
        self.lock.take();
        self.hooks.take();
        self.drawing.take();
    }

    fn listen(self: &Rc<Self>) {
        let tell = |input: Input| {
            let stream = self.weak();
            move |_: bool| stream.tell(input)
        };
        let visibility = {
            let stream = self.weak();
            on_document("visibilitychange", move || {
                stream.tell(if is_visible() { Input::Visible } else { Input::Hidden });
            })
        };
        let shown = {
            let stream = self.weak();
            on_window("pageshow", move |persisted| stream.tell(Input::Shown { persisted }))
        };
        let online = on_window("online", tell(Input::Online));
        let offline = on_window("offline", tell(Input::Offline));
        let ticks = {
            let stream = self.weak();
            Timer::every(TICK_MS, move || stream.tell(Input::Tick))
        };
        let channel = {
            let stream = self.weak();
            Channel::open(SIDEBAR_TAB, move |data| stream.with(|stream| stream.heard_from_another_tab(&data)))
        };
        let listeners = [visibility, shown, online, offline].into_iter().flatten().collect();
        self.hooks.replace(Hooks { _ticks: ticks, _listeners: listeners, channel });
    }

    /// Closures of the browser hold this: a stopped stream is not kept by them.
    fn weak(self: &Rc<Self>) -> WeakStream {
        WeakStream(Rc::downgrade(self))
    }

    fn tell(self: &Rc<Self>, input: Input) {
        if self.stopped.get() {
            return;
        }
        let wall = wall_ms();
        let outputs = self.follower.borrow_mut().step(input, wall);
        for output in outputs {
            self.perform(output);
        }
        let follower = self.follower.borrow();
        self.list.set_place(follower.home());
        let notice = follower.notice(wall);
        self.notice.try_maybe_update(|held| (*held != notice, *held = notice));
    }

    fn perform(self: &Rc<Self>, output: Output) {
        match output {
            Output::Open(address) => {
                // The old one goes first, so that there are never two.
                self.source.take();
                let stream = self.weak();
                let source = EventSource::open(&address.url(), move |told| stream.with(|stream| stream.told(told)));
                self.source.replace(source);
            }
            Output::Close => drop(self.source.take()),
            Output::AskAgain { list } => self.ask_again(list),
            Output::Lock => {
                let stream = self.weak();
                self.lock.replace(TabLock::request(SIDEBAR_TAB, move || stream.tell(Input::LockHeld)));
            }
            Output::Unlock => drop(self.lock.take()),
        }
    }

    fn told(self: &Rc<Self>, told: Told) {
        match told {
            Told::Opened => self.tell(Input::Opened),
            Told::Broken { closed } => self.tell(Input::Broken { closed }),
            Told::Message { data, id } => self.heard(&data, &id),
        }
    }

    fn heard(self: &Rc<Self>, data: &str, id: &str) {
        let Ok(event) = Event::from_json(data) else {
            // A newer server, or a box in the middle: what it changed can still be read whole.
            return self.tell(Input::Unreadable);
        };
        let keeps_sidebar = self.follower.borrow().keeps_sidebar();
        let mut applied = Applied::Ignored;
        self.list.apply(&event);
        if keeps_sidebar {
            if let (Event::Summary(_), Some(channel)) = (&event, &self.hooks.borrow().channel) {
                channel.tell(data);
            }
        } else if let Some(thread) = self.thread {
            applied = thread.apply(&event);
            if applied != Applied::Ignored {
                self.draw_soon();
            }
        }
        if let Event::Reset { reason: ResetReason::Unknown } = event {
            self.read_list();
        }
        // An id that is no cursor is not taken: from the one before, the fold skips what it knows.
        self.tell(Input::Heard { what: What::from(&event), id: id.parse().ok() });
        if let Applied::AskAgain(_) = applied {
            self.tell(Input::Gap);
        }
    }

    fn heard_from_another_tab(&self, data: &str) {
        if self.follower.borrow().listens_to_others()
            && let Ok(event @ Event::Summary(_)) = Event::from_json(data)
        {
            self.list.apply(&event);
        }
    }

    fn draw_soon(self: &Rc<Self>) {
        let Some(thread) = self.thread else { return };
        let mut drawing = self.drawing.borrow_mut();
        if drawing.timer.is_some() {
            return;
        }
        let stream = self.weak();
        let draw = move || {
            stream.with(|stream| {
                let began = wall_ms();
                stream.drawing.replace(Drawing { last: began, took: 0, timer: None });
                thread.draw();
                let stream = stream.weak();
                next_frame(move || {
                    stream.with(|stream| {
                        let mut drawing = stream.drawing.borrow_mut();
                        drawing.took = wall_ms().saturating_sub(began).saturating_sub(FRAME_MS);
                    });
                });
            });
        };
        let passed = wall_ms().saturating_sub(drawing.last);
        let apart = DRAWING_MS.max(DRAWING_SHARE * drawing.took);
        drawing.timer = match apart.saturating_sub(passed) {
            0 => {
                next_frame(draw);
                Some(None)
            }
            wait => Some(Timer::after(wait, move || next_frame(draw))),
        };
    }

    fn ask_again(self: &Rc<Self>, with_list: bool) {
        let stream = self.clone();
        if let Some(thread) = self.thread {
            thread.count_asking_again();
        }
        spawn_local(async move {
            if with_list && stream.fill_list().await.is_err() {
                return stream.tell(Input::Unanswered);
            }
            let Some(thread) = stream.thread.filter(|_| !stream.stopped.get()) else { return };
            match newest_page(thread.id, thread.wanted()).await {
                Ok(_) if stream.stopped.get() => {}
                Ok(page) => {
                    let cursor = page.cursor;
                    thread.replace(page);
                    thread.draw();
                    stream.tell(Input::Answered(cursor));
                }
                Err(error) if error.code == Code::NotFound => {
                    thread.bury();
                    stream.tell(Input::Gone);
                }
                Err(_) => stream.tell(Input::Unanswered),
            }
        });
    }

    /// After a reset the sidebar's rows may be another store's. Where reading fails, the old rows stay until the next time.
    fn read_list(self: &Rc<Self>) {
        let stream = self.clone();
        spawn_local(async move { drop(stream.fill_list().await) });
    }

    async fn fill_list(self: &Rc<Self>) -> Result<(), crate::wire::Error> {
        let page = first_page().await?;
        if !self.stopped.get() {
            let cursor = page.cursor;
            self.list.fill(page);
            self.tell(Input::Listed(cursor));
        }
        Ok(())
    }
}

struct WeakStream(Weak<Stream>);

impl Clone for WeakStream {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl WeakStream {
    fn with(&self, act: impl FnOnce(&Rc<Stream>)) {
        if let Some(stream) = self.0.upgrade().filter(|stream| !stream.stopped.get()) {
            act(&stream);
        }
    }

    fn tell(&self, input: Input) {
        self.with(|stream| stream.tell(input));
    }
}
