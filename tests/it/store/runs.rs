//! The runs of a reply after its first: continued by a person, or by the reaper where a process died.

use super::*;
use app::wire::{Message, Seam, Usage};
use brooklet::store::{Bookmark, Continues, Orphan, Place, REAPED_AT_MOST, REAPED_WITHIN};
use std::time::Duration;

impl Store {
    async fn message(&self, id: MessageId) -> Message {
        self.library.message(OWNER, id).await.unwrap().unwrap().0
    }

    async fn reap(&mut self, sent: Sent, run: u32, can_continue: bool) -> Outcome {
        let continues = if can_continue { Continues::BehindText } else { Continues::Never };
        self.reap_as(sent, run, continues).await
    }

    async fn reap_as(&mut self, sent: Sent, run: u32, continues: Continues) -> Outcome {
        self.intend(Intent::Reap { reply: sent.reply, run, continues }).await.unwrap()
    }

    /// As a process that is killed and started again.
    async fn killed(self) -> Self {
        self.reopen().await
    }

    /// As if this much time had gone by since any runner was heard of.
    fn renewed_ago(&self, time: Duration) {
        let update = "update messages set renewed_at = renewed_at - ?1";
        self.beside().execute(update, [time.as_millis() as i64]).unwrap();
    }

    /// Everything after `seq`, folded onto what its reader held there.
    async fn folded(&self, sent: Sent, seq: u64, mut held: Conversation) -> Message {
        let changes = self.library.changes(OWNER, sent.conversation, seq).await.unwrap().unwrap();
        for change in changes.changes {
            let event = match change.step {
                Step::Whole(message) => Event::Message(*message),
                Step::Status(status) => Event::Status(*status),
                Step::Text { part, kind, at, text } => {
                    let (message, run, seq, pad) = (change.message, change.run, change.seq, String::new());
                    Event::Delta(app::wire::Delta { message, run, part, kind, at, text, seq, t: 0, pad })
                }
            };
            assert!(!matches!(held.apply(&event), Applied::AskAgain(_)), "{event:?} from {seq}");
        }
        held.message(sent.reply).unwrap().clone()
    }
}

/// Text of a later run.
fn of_run(run: u32, grown: Grown) -> Grown {
    Grown { run, begins: !grown.pieces.is_empty(), ..grown }
}

fn again(reply: MessageId) -> Intent {
    Intent::Continue { owner: OWNER, reply }
}

#[tokio::test]
async fn a_continued_reply_goes_on_behind_its_text_and_shows_its_seam() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    store.grow(Grown { end: ended(sent, Some(Status::Interrupted)).end, ..grown(sent, 0, "The 溪 ") }).await;
    let before = store.library.changes(OWNER, sent.conversation, 0).await.unwrap().unwrap().upto;
    let half = store.message(sent.reply).await;

    let outcome = store.intend(again(sent.reply)).await.unwrap();
    let place = Some(Place { part: 0, kind: PartKind::Text, at: 8 });
    assert_eq!(outcome, Outcome::Begun { sent, run: 2, place });
    let begun = store.message(sent.reply).await;
    assert_eq!((begun.status, begun.run, begun.text().as_str()), (Status::Waiting, 2, "The 溪 "));
    assert_eq!((begun.error.clone(), begun.seams.clone()), (None, vec![Seam { run: 2, part: 0, at: 8 }]));

    // Text of the run before comes too late.
    assert_eq!(store.grow(grown(sent, 8, "too late")).await.ended, [(sent.reply, 1)]);
    store.grow(of_run(2, grown(sent, 8, "runs"))).await;
    let running = store.message(sent.reply).await;
    assert_eq!((running.status, running.text().as_str()), (Status::Streaming, "The 溪 runs"));
    let last = Grown { end: ended(sent, Some(Status::Complete)).end, ..grown(sent, 12, " on") };
    let committed = store.grow(of_run(2, last)).await;
    let Some((_, Event::Status(end))) = committed.events.last() else { panic!("{committed:?}") };
    assert_eq!((end.run, end.sizes.as_deref()), (2, Some(&[15_u64][..])));
    let whole = store.message(sent.reply).await;
    assert_eq!((whole.status, whole.text().as_str()), (Status::Complete, "The 溪 runs on"));

    // Whoever stood before, at, or inside the seam reads the same.
    assert_eq!(store.folded(sent, 0, Conversation::default()).await, whole);
    assert_eq!(store.folded(sent, before, Conversation::new(vec![half])).await, whole);
    assert_eq!(store.folded(sent, begun.seq, Conversation::new(vec![begun])).await, whole);
    assert_eq!(store.folded(sent, running.seq, Conversation::new(vec![running])).await, whole);
}

#[tokio::test]
async fn a_run_that_said_nothing_leaves_no_seam_behind() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    store.grow(Grown { end: ended(sent, Some(Status::Stopped)).end, ..grown(sent, 0, "half") }).await;
    for run in [2, 3] {
        store.intend(again(sent.reply)).await.unwrap();
        store.grow(of_run(run, ended(sent, Some(Status::Interrupted)))).await;
    }
    store.intend(again(sent.reply)).await.unwrap();
    store.grow(of_run(4, Grown { end: ended(sent, Some(Status::Complete)).end, ..grown(sent, 4, " and half") })).await;
    let message = store.message(sent.reply).await;
    assert_eq!((message.text().as_str(), message.seams), ("half and half", vec![Seam { run: 4, part: 0, at: 4 }]));
}

#[tokio::test]
async fn a_reply_is_continued_as_often_as_one_asks_and_its_parts_grow_in_order() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    let part = |part, kind, at, text: &str| Piece { part, kind, at, text: text.into(), ms: 10 };
    let thought = part(0, PartKind::Reasoning, 0, "hm");
    let first = part(1, PartKind::Text, 0, "a");
    let pieces = vec![thought, first];
    store.grow(Grown { pieces, ..ended(sent, Some(Status::Stopped)) }).await;
    for (run, text) in [(2, "b"), (3, "c")] {
        let place = Some(Place { part: 1, kind: PartKind::Text, at: u64::from(run) - 1 });
        assert_eq!(store.intend(again(sent.reply)).await.unwrap(), Outcome::Begun { sent, run, place });
        let pieces = vec![part(1, PartKind::Text, u64::from(run) - 1, text)];
        store.grow(of_run(run, Grown { pieces, ..ended(sent, Some(Status::Interrupted)) })).await;
    }
    let message = store.message(sent.reply).await;
    let parts: Vec<_> = message.parts.iter().map(|part| (part.kind, part.text.as_str())).collect();
    assert_eq!(parts, [(PartKind::Reasoning, "hm"), (PartKind::Text, "abc")]);
    assert_eq!(message.seams.iter().map(|seam| (seam.run, seam.at)).collect::<Vec<_>>(), [(2, 1), (3, 2)]);
}

#[tokio::test]
async fn what_is_complete_runs_or_was_answered_is_not_continued() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    assert_eq!(code(store.intend(again(sent.reply)).await), Code::ReplyRunning);
    assert_eq!(code(store.intend(again(sent.message)).await), Code::Invalid);
    assert_eq!(code(store.intend(again(MessageId(sent.conversation.0))).await), Code::NotFound);
    store.grow(ended(sent, Some(Status::Complete))).await;
    assert_eq!(code(store.intend(again(sent.reply)).await), Code::Invalid);

    let stopped = store.begin("two").await;
    store.grow(ended(stopped, Some(Status::Stopped))).await;
    let below = NewMessage { conversation: Some(stopped.conversation), ..question("more") };
    store.intend(Intent::Send(below)).await.unwrap();
    assert_eq!(code(store.intend(again(stopped.reply)).await), Code::Invalid);
}

#[tokio::test]
async fn after_a_kill_the_reaper_ends_or_continues_by_what_is_stored() {
    let mut store = Store::new().await;
    let (finished, cut, silent) =
        (store.begin("finished").await, store.begin("cut").await, store.begin("silent").await);
    store.grow(Grown { finish_reason: Some("stop".into()), ..grown(finished, 0, "all of it") }).await;
    let usage = Some(Usage { output_tokens: Some(3), ..Usage::default() });
    store.grow(Grown { usage, ..grown(cut, 0, "half of") }).await;
    assert_eq!(store.library.orphans().await.unwrap(), []);

    let mut store = store.killed().await;
    let orphans = store.library.orphans().await.unwrap();
    let orphan = |sent: Sent| Orphan { owner: OWNER, reply: sent.reply, run: 1, model: Some("openai/test".into()) };
    assert_eq!(orphans, [finished, cut, silent].map(orphan));
    // The model had said that it was done, whether or not it can go on with a text.
    assert_eq!(store.reap(finished, 1, true).await, Outcome::Done);
    let place = Some(Place { part: 0, kind: PartKind::Text, at: 7 });
    assert_eq!(store.reap(cut, 1, true).await, Outcome::Begun { sent: cut, run: 2, place });
    // Where nothing was said, any model can begin.
    assert_eq!(store.reap(silent, 1, false).await, Outcome::Begun { sent: silent, run: 2, place: None });
    assert_eq!(store.library.orphans().await.unwrap(), []);

    let finished = store.message(finished.reply).await;
    assert_eq!((finished.status, finished.text().as_str()), (Status::Complete, "all of it"));
    let cut = store.message(cut.reply).await;
    let usage = usage.map(|usage| Usage { first_ms: Some(0), writing_ms: Some(0), ..usage });
    assert_eq!((cut.status, cut.text().as_str(), cut.usage), (Status::Waiting, "half of", usage));
    let silent = store.message(silent.reply).await;
    assert_eq!((silent.status, silent.seams.len()), (Status::Waiting, 0));
}

#[tokio::test]
async fn what_cannot_be_continued_is_interrupted_with_all_that_was_said() {
    let mut store = Store::new().await;
    let (text, thought) = (store.begin("text").await, store.begin("thought").await);
    store.grow(grown(text, 0, "half of")).await;
    let pieces = vec![Piece { part: 0, kind: PartKind::Reasoning, at: 0, text: "hm".into(), ms: 0 }];
    store.grow(Grown { pieces, ..ended(thought, None) }).await;
    let mut store = store.killed().await;
    for (sent, can_continue, said) in [(text, false, "half of"), (thought, true, "hm")] {
        assert_eq!(store.reap(sent, 1, can_continue).await, Outcome::Done);
        let message = store.message(sent.reply).await;
        assert_eq!((message.status, message.parts[0].text.as_str()), (Status::Interrupted, said));
        assert_eq!(message.error.unwrap().code, Code::ServerStopped);
    }
}

#[tokio::test]
async fn what_the_provider_keeps_goes_on_at_its_bookmark_also_behind_a_thought() {
    let mut store = Store::new().await;
    let sent = store.begin("thought").await;
    let bookmark = |place: &str, at| Bookmark { place: place.into(), part: 0, at };
    let pieces = |at: u64, text: &str| vec![Piece { part: 0, kind: PartKind::Reasoning, at, text: text.into(), ms: 0 }];
    let first = Some(bookmark("resp_1 4", 2));
    store.grow(Grown { pieces: pieces(0, "hm, "), bookmark: first.clone(), ..ended(sent, None) }).await;
    store.grow(Grown { pieces: pieces(4, "well"), ..ended(sent, None) }).await;
    let mut store = store.killed().await;
    assert_eq!(store.library.bookmark(sent.reply).await.unwrap(), first, "text does not move it");
    let outcome = store.reap_as(sent, 1, Continues::Anywhere).await;
    let place = Some(Place { part: 0, kind: PartKind::Reasoning, at: 8 });
    assert!(matches!(outcome, Outcome::Begun { run: 2, place: at, .. } if at == place), "{outcome:?}");
    assert_eq!(store.library.bookmark(sent.reply).await.unwrap(), first);
    // A later one without text is stored as well.
    let later = Some(bookmark("resp_1 9", 8));
    store.grow(Grown { run: 2, bookmark: later.clone(), ..ended(sent, None) }).await;
    assert_eq!(store.library.bookmark(sent.reply).await.unwrap(), later);
    store.grow(Grown { run: 2, ..ended(sent, Some(Status::Interrupted)) }).await;
    assert_eq!(store.library.bookmark(sent.reply).await.unwrap(), later, "it can be asked for by hand");

    // What was stopped is stopped at the provider, too.
    let stopped = store.begin("stopped").await;
    store.grow(Grown { bookmark: first, ..grown(stopped, 0, "half") }).await;
    store.intend(Intent::Stop { owner: OWNER, reply: stopped.reply }).await.unwrap();
    assert_eq!(store.library.bookmark(stopped.reply).await.unwrap(), None);
}

#[tokio::test]
async fn the_reaper_begins_at_most_two_runs_and_none_after_ten_minutes() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    store.grow(grown(sent, 0, "a")).await;
    for run in 1..=REAPED_AT_MOST {
        store = store.killed().await;
        let outcome = store.reap(sent, run, true).await;
        assert!(matches!(outcome, Outcome::Begun { run: next, .. } if next == run + 1), "{outcome:?}");
    }
    store = store.killed().await;
    assert_eq!(store.reap(sent, REAPED_AT_MOST + 1, true).await, Outcome::Done);
    assert_eq!(store.message(sent.reply).await.status, Status::Interrupted);

    // A person may ask, and the count begins anew.
    let Ok(Outcome::Begun { run, .. }) = store.intend(again(sent.reply)).await else { panic!("not begun") };
    store = store.killed().await;
    assert!(matches!(store.reap(sent, run, true).await, Outcome::Begun { .. }));

    store = store.killed().await;
    store.renewed_ago(REAPED_WITHIN + Duration::from_secs(1));
    assert_eq!(store.reap(sent, run + 1, true).await, Outcome::Done);
    let message = store.message(sent.reply).await;
    assert_eq!((message.status, message.text().as_str()), (Status::Interrupted, "a"));
}

#[tokio::test]
async fn a_sign_of_life_renews_and_a_clock_that_was_set_back_does_no_harm() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    store.grow(grown(sent, 0, "a")).await;
    store.renewed_ago(REAPED_WITHIN * 2);
    let committed = store.grow(ended(sent, None)).await;
    assert!(committed.events.is_empty() && committed.ended.is_empty(), "{committed:?}");
    let mut store = store.killed().await;
    assert!(matches!(store.reap(sent, 1, true).await, Outcome::Begun { .. }));

    let mut store = store.killed().await;
    // Renewed in what is now the future.
    store.beside().execute("update messages set renewed_at = renewed_at + 36000000", []).unwrap();
    assert!(matches!(store.reap(sent, 2, true).await, Outcome::Begun { .. }));
}

#[tokio::test]
async fn a_run_is_reaped_once_and_a_stop_is_stronger() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    store.grow(grown(sent, 0, "a")).await;
    let mut store = store.killed().await;
    assert!(matches!(store.reap(sent, 1, true).await, Outcome::Begun { .. }));
    assert_eq!(store.reap(sent, 1, true).await, Outcome::Done);
    let mut store = store.killed().await;
    store.intend(Intent::Stop { owner: OWNER, reply: sent.reply }).await.unwrap();
    assert_eq!(store.reap(sent, 2, true).await, Outcome::Done);
    let message = store.message(sent.reply).await;
    assert_eq!((message.status, message.text().as_str(), message.run), (Status::Stopped, "a", 2));
}

#[tokio::test]
async fn what_delays_a_reply_is_told_until_its_text_comes() {
    let mut store = Store::new().await;
    let sent = store.begin("how do brooks flow?").await;
    let before = store.library.path(OWNER, sent.conversation, None, None, 100).await.unwrap().unwrap();
    let mut held = Conversation::new(before.messages);
    let why = app::wire::Error::new(Code::ProviderLimit, "it is at its limit").hint("it is asked again within 20 s");
    let delay = |why: Option<&app::wire::Error>| Grown { delay: Some(why.cloned()), ..ended(sent, None) };

    store.grow(delay(Some(&why))).await;
    let delayed = store.message(sent.reply).await;
    assert_eq!((delayed.status, &delayed.error), (Status::Waiting, &Some(why.clone())));
    let there = store.folded(sent, before.cursor.seq, held.clone()).await;
    assert_eq!(there, delayed, "a follower hears it");
    held.apply(&Event::Message(there));

    store.grow(delay(None)).await;
    assert_eq!(store.message(sent.reply).await.error, None);
    store.grow(delay(Some(&why))).await;
    store.grow(grown(sent, 0, "Downhill")).await;
    for (seq, held) in [(before.cursor.seq, held.clone()), (delayed.seq, held)] {
        let growing = store.folded(sent, seq, held).await;
        assert_eq!((growing.text().as_str(), growing.error), ("Downhill", None), "from {seq}");
    }
    assert_eq!(store.message(sent.reply).await.error, None);
    // Too late: it speaks already, and one that ends says so by its end.
    store.grow(Grown { end: ended(sent, Some(Status::Complete)).end, ..delay(Some(&why)) }).await;
    assert_eq!(store.message(sent.reply).await.error, None);
}

#[tokio::test]
async fn a_reply_says_how_long_its_first_word_and_its_writing_took_over_all_runs() {
    let mut store = Store::new().await;
    let sent = store.begin("how do brooks flow?").await;
    let piece = |at: u64, text: &str, ms| Piece { part: 0, kind: PartKind::Text, at, text: text.into(), ms };
    let say = |run, pieces: Vec<Piece>| of_run(run, Grown { pieces, ..ended(sent, Some(Status::Interrupted)) });
    let usage = Some(Usage { output_tokens: Some(3), ..Usage::default() });
    store.grow(Grown { usage, ..say(1, vec![piece(0, "down", 800), piece(4, "hill", 1_300)]) }).await;
    let known = Usage { output_tokens: Some(3), first_ms: Some(800), writing_ms: Some(500), ..Usage::default() };
    assert_eq!(store.message(sent.reply).await.usage, Some(known));
    store.intend(again(sent.reply)).await.unwrap();
    store.grow(say(2, vec![piece(8, ", and", 200), piece(13, " on", 450)])).await;
    let both = Usage { writing_ms: Some(750), ..known };
    assert_eq!(store.message(sent.reply).await.usage, Some(both));

    // Nothing was said: there is nothing to tell.
    let silent = store.begin("and now?").await;
    store.grow(ended(silent, Some(Status::Failed))).await;
    assert_eq!(store.message(silent.reply).await.usage, None);
}

#[tokio::test]
async fn why_a_model_stopped_is_told_and_one_at_its_limit_can_be_gone_on_with() {
    let mut store = Store::new().await;
    for (reason, told, goes_on) in
        [("stop", None, false), ("content_filter", Some("content_filter"), false), ("length", Some("length"), true)]
    {
        let sent = store.begin("how do brooks flow?").await;
        let before = store.library.path(OWNER, sent.conversation, None, None, 100).await.unwrap().unwrap();
        let finish_reason = Some(reason.to_owned());
        let end = ended(sent, Some(Status::Complete)).end;
        store.grow(Grown { finish_reason, end, ..grown(sent, 0, "downhill") }).await;
        let reply = store.message(sent.reply).await;
        assert_eq!((reply.status, reply.finish.as_deref()), (Status::Complete, told));
        let mut held = Conversation::default();
        for message in before.messages {
            held.apply(&Event::Message(message));
        }
        assert_eq!(store.folded(sent, before.cursor.seq, held).await.finish.as_deref(), told, "a follower hears it");
        match store.intend(again(sent.reply)).await {
            Ok(_) => assert!(goes_on && store.message(sent.reply).await.finish.is_none()),
            Err(error) => assert!(!goes_on && error.code == Code::Invalid),
        }
    }
}
