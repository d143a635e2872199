//! How the page stays current: what it holds, and the one EventSource that changes it, or polls where streams are held back.
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
    browser::{Answer, Channel, EventSource, Fetch, Listener, TabLock, Timer, Told, is_online, is_visible, next_frame},
    browser::{on_document, on_window, wall_ms},
    ui::in_browser,
    wire::{Applied, Code, Cursor, Event, RequestId, ResetReason},
};
use follower::{Follower, Input, Output, What, drawn_apart, time_of};
use leptos::{prelude::*, task::spawn_local};
use list::Place;
use send_wrapper::SendWrapper;
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

/// Follower inputs that only time brings; `follower` counts in seconds.
const TICK_MS: u64 = 1_000;
/// Polls are at least this far apart, however much there is to tell.
const POLL_MS: u64 = 200;
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
    source: RefCell<Option<Source>>,
    /// Whether the way holds streams back is tested.
    test: RefCell<Option<Fetch>>,
    polled_at: Cell<u64>,
    lock: RefCell<Option<TabLock>>,
    drawing: RefCell<Drawing>,
    /// Whatever has to be dropped for the browser to leave this stream alone.
    hooks: RefCell<Hooks>,
    stopped: Cell<bool>,
}

/// From where events come; dropping it ends it.
#[expect(dead_code, reason = "held until it is dropped")]
enum Source {
    Stream(EventSource),
    Poll(Fetch),
    /// Until the next poll.
    Pause(Timer),
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
    /// Set until it is drawn.
    timer: Option<Option<Timer>>,
    /// What adds to `took`.
    counting: Vec<Option<Timer>>,
}

impl Stream {
    fn start(list: List, thread: Option<(Thread, Cursor)>, notice: RwSignal<Notice>) -> Rc<Self> {
        let (thread, cursor) = thread.unzip();
        // Random enough to keep tabs out of step, and never zero, which xorshift could not leave.
        let seed = RequestId::new().0.as_u128() as u64 | 1;
        let place = list.place();
        let mut follower = Follower::new(thread.map(|thread| thread.id), cursor, place.cursor, seed);
        follower.set_polls(place.polls);
        let stream = Rc::new(Self {
            follower: RefCell::new(follower),
            list,
            thread,
            notice,
            source: RefCell::default(),
            test: RefCell::default(),
            polled_at: Cell::new(0),
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
        self.test.take();
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
        self.list.set_place(Place { cursor: follower.home(), polls: follower.polls(wall) });
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
                self.source.replace(source.map(Source::Stream));
            }
            Output::Poll { address, wait_s } => self.poll(address.poll_url(wait_s)),
            Output::Test(address) => {
                let stream = self.weak();
                let answered = Box::new(move |answer: Option<Answer>| {
                    if let Some(answer) = answer {
                        stream.tell(Input::Tested(place(&answer)));
                    }
                });
                self.test.replace(Fetch::get(&address.poll_url(0), answered));
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
            // An id that is no cursor is not taken: from the one before, the fold skips what it knows.
            Told::Message { data, id } => self.heard(&data, id.parse().ok()),
        }
    }

    fn poll(self: &Rc<Self>, url: String) {
        let stream = self.weak();
        let ask = move || {
            stream.with(|stream| {
                stream.polled_at.set(wall_ms());
                let weak = stream.weak();
                let poll = Fetch::get(&url, Box::new(move |answer| weak.with(|stream| stream.polled(answer))));
                stream.source.replace(poll.map(Source::Poll));
            });
        };
        let apart = wall_ms().saturating_sub(self.polled_at.get());
        let pause = Timer::after(POLL_MS.saturating_sub(apart), ask);
        self.source.replace(pause.map(Source::Pause));
    }

    fn polled(self: &Rc<Self>, answer: Option<Answer>) {
        // What is no answer of ours is that of a box in the middle.
        let heard = answer.is_some_and(|answer| {
            let place = place(&answer);
            answer.each("events", &mut |event, is_last| {
                // One that does not fit ends the polling, and the others are read anew with it.
                if self.follower.borrow().is_polling() {
                    self.heard(event, place.filter(|_| is_last));
                }
            })
        });
        self.tell(if heard { Input::Polled } else { Input::Broken { closed: true } });
    }

    fn heard(self: &Rc<Self>, data: &str, id: Option<Cursor>) {
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
        self.tell(Input::Heard { what: What::from(&event), id, t: time_of(&event) });
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
        let draw = move || stream.with(|stream| stream.draw(thread));
        let passed = wall_ms().saturating_sub(drawing.last);
        let wait = drawn_apart(drawing.took).saturating_sub(passed);
        // Before the frame and not in it: what is scrolled for it then belongs to the same frame, and does not ask for another.
        drawing.timer = Some(Timer::after(wait, move || if is_visible() { draw() } else { next_frame(draw) }));
    }

    fn draw(self: &Rc<Self>, thread: Thread) {
        let began = wall_ms();
        self.drawing.replace(Drawing { last: began, ..Drawing::default() });
        thread.draw();
        // What is drawn, and what is scrolled behind it; and what the browser makes of it, though not how long it waits for that.
        self.count_time_to(2, began);
        let stream = self.weak();
        next_frame(move || {
            let framed = wall_ms();
            stream.with(|stream| stream.count_time_to(1, framed));
        });
    }

    /// Counts the time from `began` until so many tasks later to what the drawing took.
    fn count_time_to(self: &Rc<Self>, tasks: u32, began: u64) {
        let stream = self.weak();
        let timer = Timer::after(0, move || {
            stream.with(|stream| match tasks {
                0 | 1 => stream.drawing.borrow_mut().took += wall_ms().saturating_sub(began),
                more => stream.count_time_to(more - 1, began),
            });
        });
        self.drawing.borrow_mut().counting.push(timer);
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

/// The place after the events of a poll.
fn place(answer: &Answer) -> Option<Cursor> {
    answer.text("cursor")?.parse().ok()
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
