//! A server that is killed again and again, what it writes, and who reads.

use crate::{
    clock, continues,
    counts::Counts,
    plan::{Kill, LASTING, Length, Life, Manner, PASSING, Plan, river},
    reader::{Door, Reader, Seen, Stream},
    server::{Refused, STUCK, Server, Starting, brooklet, client, soon},
    shown::{Faults, never_said, said},
};
use app::wire::{Code, Message, Sent, Status, Summary};
use fastrand::Rng;
use std::{
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};
use tokio::sync::watch;
use upstream::{River, Upstream};

pub struct World {
    folder: tempfile::TempDir,
    upstream: Upstream,
    client: reqwest::Client,
    door: watch::Sender<Door>,
    rng: Rng,
    port: u16,
    /// How long the last start took.
    boot: Duration,
    pub replies: Vec<Reply>,
    pub counts: Counts,
}

/// What the model makes of a text that broke off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// Its server goes on with it: so does Brooklet after a restart, by itself.
    GoesOn,
    /// Nothing: such a reply is interrupted, and a sibling is begun when somebody wants it continued.
    CannotGoOn,
}

/// A reply that is followed.
pub struct Reply {
    pub sent: Sent,
    pub length: Length,
    pub river: River,
    /// The whole text and reasoning of the model.
    truth: (String, String),
    readers: Vec<Reader>,
    /// As it was stored when it was looked at last.
    pub known: Option<Message>,
    /// The run that was begun last, as far as anybody was told.
    pub run: u32,
    deletion: Deletion,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Deletion {
    None,
    /// It may be done.
    Asked,
    /// The server has said that it is done.
    Answered,
}

impl World {
    pub async fn new(seed: u64, model: Model) -> Self {
        let upstream = Upstream::start().await;
        if model == Model::GoesOn {
            upstream.made_by("llamacpp");
        }
        Self {
            folder: tempfile::tempdir().expect("a folder for the data"),
            upstream,
            client: client(),
            door: watch::Sender::default(),
            rng: Rng::with_seed(seed),
            port: 0,
            boot: Duration::ZERO,
            replies: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// All lives of the plan, and then two in which everything comes to its end.
    pub async fn run(mut self, plan: &Plan) -> Counts {
        let (began, kills) = (Instant::now(), plan.lives.len());
        for (number, life) in plan.lives.iter().enumerate() {
            self.live(life).await;
            self.counts.kills += 1;
            let (number, shown, seconds) = (number + 1, self.bytes_shown(), began.elapsed().as_secs());
            println!("kill {number} of {kills} after {seconds} s, {}: {shown} bytes shown so far", life.kill);
        }
        let server = self.start().await;
        self.look(&server, true).await;
        self.ends(&server).await;
        self.kill(server).await;
        // Who stalled in the life before reads on in this one.
        let server = self.start().await;
        while !self.replies.is_empty() {
            self.ends(&server).await;
            self.look(&server, false).await;
        }
        self.counts
    }

    async fn live(&mut self, life: &Life) {
        if life.jump_hours != 0 {
            clock::jump(&self.data(), life.jump_hours);
        }
        if !life.same_port {
            self.port = 0;
        }
        if let Kill::Boot { share } = life.kill {
            let starting = Starting::spawn(self.command(), self.log());
            tokio::time::sleep(self.boot.mul_f64(share)).await;
            return starting.kill();
        }
        let server = self.start().await;
        self.look(&server, true).await;
        self.begin(&server).await;
        self.until(&server, &life.kill).await;
        self.kill(server).await;
    }

    async fn kill(&self, server: Server) {
        server.kill();
        for reader in self.replies.iter().flat_map(|reply| &reply.readers) {
            soon("the end of a stream", reader.until(|seen| !seen.reading)).await;
        }
    }

    fn command(&self) -> Command {
        brooklet(&self.data(), &self.upstream.url(), &format!("127.0.0.1:{}", self.port))
    }

    fn log(&self) -> PathBuf {
        self.data().join("server.log")
    }

    async fn start(&mut self) -> Server {
        let began = Instant::now();
        let server = match Starting::spawn(self.command(), self.log()).serves().await {
            Ok(server) => server,
            // Somebody else has taken the port meanwhile.
            Err(log) if self.port != 0 && log.contains("is in use") => {
                self.port = 0;
                Starting::spawn(self.command(), self.log())
                    .serves()
                    .await
                    .unwrap_or_else(|log| panic!("no start: {log}"))
            }
            Err(log) => panic!("no start: {log}"),
        };
        (self.boot, self.port) = (began.elapsed(), server.port());
        self.door.send_modify(|door| {
            door.url = server.url.clone();
            door.life += 1;
            door.visit += 1;
        });
        server
    }

    /// Whoever waits looks again.
    pub fn call_readers(&self) {
        self.door.send_modify(|door| door.visit += 1);
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().into()
    }

    pub fn bytes_shown(&self) -> usize {
        let readers = self.replies.iter().flat_map(|reply| &reply.readers);
        self.counts.bytes_shown + readers.map(|reader| reader.seen().shown.bytes()).sum::<usize>()
    }

    /// Begins replies until enough run, each with its readers, and waits until all of these are connected.
    async fn begin(&mut self, server: &Server) {
        let running = |length| self.replies.iter().filter(|reply| reply.is_running() && reply.length == length).count();
        let (lasting, long) = (running(Length::Lasting), running(Length::Long));
        let lengths = std::iter::repeat_n(Length::Lasting, LASTING.saturating_sub(lasting))
            .chain(std::iter::repeat_n(Length::Long, PASSING.saturating_sub(long)))
            .chain([Length::Short, Length::Short]);
        let first = self.counts.replies;
        let rng = &mut self.rng;
        let rivers = lengths.enumerate().map(|(index, length)| (length, river(first + index, length, rng)));
        let rivers: Vec<_> = rivers.collect();
        let texts: Vec<_> = rivers.iter().map(|(_, river)| river.to_string()).collect();
        let sent = futures::future::join_all(texts.iter().map(|text| server.send(text))).await;
        for (sent, (length, river)) in sent.into_iter().zip(rivers) {
            self.follow(sent, length, river);
        }
        let life = self.door.borrow().life;
        for reply in &self.replies {
            for reader in &reply.readers {
                let what = format!("a stream of {reader:?} that should have {:?}", reply.known);
                soon(&what, reader.until(|seen| seen.heard == life)).await;
            }
        }
    }

    /// Three readers for each reply, and for some a fourth that stalls.
    pub fn follow(&mut self, sent: Sent, length: Length, river: River) {
        let (one, two) = (Manner::Steady, Manner::any(&mut self.rng));
        let three = Manner::any(&mut self.rng);
        let mut readers = vec![(Stream::Conversation, one), (Stream::Reply, two), (Stream::After, three)];
        if self.rng.u8(0..5) == 0 {
            readers.push((Stream::Conversation, Manner::Stalled(self.rng.u32(1..5))));
        }
        let start = |(stream, manner)| Reader::start(sent, stream, manner, self.door.subscribe(), self.client.clone());
        let readers: Vec<_> = readers.into_iter().map(start).collect();
        self.counts.replies += 1;
        self.counts.readers += readers.len();
        let (truth, deletion) = ((river.text(), river.reasoning()), Deletion::None);
        self.replies.push(Reply { sent, length, river, truth, readers, known: None, run: 1, deletion });
    }

    /// Waits for the moment of the kill.
    async fn until(&mut self, server: &Server, kill: &Kill) {
        match kill {
            Kill::Boot { .. } => {}
            Kill::Replies { after } => tokio::time::sleep(*after).await,
            Kill::Checkpoint { after } => {
                tokio::time::sleep(*after).await;
                let database = self.data().join("brooklet.db");
                let written = move || database.metadata().and_then(|file| file.modified()).expect("it is there");
                // Looked at without a pause: a checkpoint takes a few milliseconds.
                let (before, began) = (written(), Instant::now());
                let looking = move || while written() == before && began.elapsed() < STUCK {};
                tokio::task::spawn_blocking(looking).await.expect("it only looks");
                assert!(began.elapsed() < STUCK, "stuck: a checkpoint");
            }
            Kill::Delete { after, then } => {
                tokio::time::sleep(*after).await;
                self.delete(server, *then).await;
            }
            Kill::Continue { after } => {
                continues::ask(self, server).await;
                tokio::time::sleep(*after).await;
            }
        }
    }

    /// Deletes a conversation in which a reply should be running; gives it so much time.
    async fn delete(&mut self, server: &Server, time: Duration) {
        let alone =
            |one: &Reply| self.replies.iter().filter(|two| two.sent.conversation == one.sent.conversation).count() == 1;
        let running = self
            .replies
            .iter()
            .rposition(|reply| reply.is_running() && reply.length == Length::Lasting && alone(reply));
        let reply = &mut self.replies[running.expect("a lasting reply runs")];
        reply.deletion = Deletion::Asked;
        let which = serde_json::json!({ "conversation": reply.sent.conversation });
        let deleted = server.post::<()>("delete_conversation", &which);
        if let Ok(Ok(())) = tokio::time::timeout(time, deleted).await {
            reply.deletion = Deletion::Answered;
        }
    }

    /// Compares all that any reader was shown with what is stored, and lets go of replies that are over.
    async fn look(&mut self, server: &Server, was_killed: bool) {
        let mut replies = std::mem::take(&mut self.replies);
        for reply in &mut replies {
            self.compare(server, reply).await;
        }
        self.must_be_right(&replies);
        let mut ran = 0;
        for mut reply in replies {
            if was_killed {
                reply.is_reaped().await;
            }
            let stored = self.compare(server, &mut reply).await;
            ran += usize::from(was_killed && reply.was_running(&stored));
            // Twice the same: nobody goes on with it.
            let is_over = !stored.status.is_running() && reply.known.as_ref() == Some(&stored);
            (reply.run, reply.known) = (stored.run, Some(stored));
            if is_over { self.let_go(reply).await } else { self.replies.push(reply) }
        }
        if ran > 0 {
            self.counts.while_running += 1;
            self.counts.running.push(ran);
        }
    }

    /// Gives the reply as it is stored.
    async fn compare(&mut self, server: &Server, reply: &mut Reply) -> Message {
        // Taken first: what is shown from here on may be stored after the store was read.
        let shown: Vec<_> = reply.readers.iter().map(|reader| reader.seen().shown.clone()).collect();
        let stored = self.stored(server, reply).await;
        self.counts.faults.lost += shown.iter().map(|shown| shown.lost(&stored)).sum::<usize>();
        self.counts.never_said += never_said(&stored, &reply.truth);
        stored
    }

    /// Ends the run with the first thing that is wrong: a reader that was told wrongly never comes to hold what is stored.
    fn must_be_right(&self, replies: &[Reply]) {
        let mut faults = self.counts.faults;
        replies.iter().flat_map(|reply| &reply.readers).for_each(|reader| faults.add(reader.seen().shown.faults));
        let wrong = self.counts.wrong() > 0 || faults != Faults::default();
        assert!(!wrong, "after kill {}: {faults:?}, and of those that are over:\n{}", self.counts.kills, self.counts);
    }

    /// The reply as it is stored; one whose conversation was deleted is brought back first.
    async fn stored(&mut self, server: &Server, reply: &mut Reply) -> Message {
        let deletion = std::mem::replace(&mut reply.deletion, Deletion::None);
        let page = match server.page(reply.sent).await {
            Ok(page) => {
                self.counts.forgotten += usize::from(deletion == Deletion::Answered);
                page
            }
            Err(Refused::Error(error)) if error.code == Code::NotFound && deletion != Deletion::None => {
                let which = serde_json::json!({ "conversation": reply.sent.conversation });
                let _: Summary = server.call("undelete_conversation", &which).await;
                self.counts.deleted += 1;
                self.call_readers();
                server.page(reply.sent).await.expect("it was brought back")
            }
            Err(refused) => panic!("a conversation is not there: {refused:?}"),
        };
        page.messages.into_iter().find(|message| message.id == reply.sent.reply).expect("it is on its path")
    }

    /// Waits until no reply runs any more. What would last is stopped.
    async fn ends(&self, server: &Server) {
        for reply in &self.replies {
            if reply.is_running() && reply.length == Length::Lasting {
                let () = server.call("stop_reply", &serde_json::json!({ "reply": reply.sent.reply })).await;
            }
            // Its first reader neither stalls nor hangs up.
            let is_over = |seen: &Seen| seen.held.as_ref().is_some_and(|held| !held.status.is_running());
            soon("the end of a reply", reply.readers[0].until(is_over)).await;
        }
    }

    /// Each reader of a reply that is over comes to hold what is stored, and goes.
    async fn let_go(&mut self, reply: Reply) {
        let Reply { truth, readers, known: Some(stored), .. } = reply else { unreachable!("it was looked at") };
        for reader in &readers {
            let is_elsewhere = |seen: &Seen| seen.anew && seen.held.is_none() && !stored.siblings.is_empty();
            let reached = |seen: &Seen| seen.held.as_ref().is_some_and(|held| held.seq >= stored.seq);
            let what = format!("{reader:?} that should have {stored:?}");
            soon(&what, reader.until(|seen| reached(seen) || is_elsewhere(seen))).await;
            let seen = reader.seen();
            let holds_it = seen.held.as_ref().is_some_and(|held| is_alike(held, &stored));
            self.counts.unlike += usize::from(!holds_it && !is_elsewhere(&seen));
            self.counts.bytes_shown += seen.shown.bytes();
            self.counts.faults.add(seen.shown.faults);
            self.counts.resets += seen.resets;
            self.counts.connections += seen.connections;
        }
        match stored.status {
            Status::Complete => {
                self.counts.complete += 1;
                self.counts.incomplete += usize::from(said(&stored) != truth);
            }
            Status::Stopped => self.counts.stopped += 1,
            Status::Interrupted => self.counts.interrupted += 1,
            other => panic!("a reply ended as {other:?}: {:?}", stored.error),
        }
        self.counts.continues += stored.run.saturating_sub(1) as usize;
    }
}

/// Times aside, which only the end brings.
fn is_alike(held: &Message, stored: &Message) -> bool {
    let texts = |message: &Message| message.parts.iter().map(|part| (part.kind, part.text.clone())).collect::<Vec<_>>();
    (held.status, held.run, texts(held)) == (stored.status, stored.run, texts(stored))
}

impl Reply {
    /// After a kill, waits until the server has gone on with it, or has ended it.
    async fn is_reaped(&self) {
        let run = self.run;
        let is_over = move |held: &Message| held.run > run || !held.status.is_running();
        let what = format!("the end of run {run} of {:?} after a kill", self.readers[0]);
        soon(&what, self.readers[0].until(move |seen| seen.held.as_ref().is_some_and(is_over))).await;
    }

    /// Whether the kill met it, by what is stored after it.
    fn was_running(&self, stored: &Message) -> bool {
        let was_over = self.known.as_ref().is_some_and(|known| known.run == self.run && !known.status.is_running());
        !was_over && (stored.status.is_running() || stored.status == Status::Interrupted || stored.run > self.run)
    }

    /// It was, when it was looked at last; one that was begun since is.
    pub fn is_running(&self) -> bool {
        self.known.as_ref().is_none_or(|known| known.status.is_running() || known.run < self.run)
    }
}
