//! The store's contract: what every kind of database must do for the journal and for readers.

mod attachments;
mod branches;
mod clock;
mod runs;
mod sidebar;

use app::wire::{
    Applied, Code, Conversation, ConversationId, Event, MessageId, Part, PartKind, RequestId, Role, Sent, Status,
};
use brooklet::store::{
    Committed, End, Error, Group, Grown, Intent, Ledger, Library, NewMessage, Outcome, Owner, Piece, Said, Step,
    sqlite::{self, Durability, SqliteLedger, SqliteLibrary},
};
use proptest::prelude::*;
use std::path::Path;

pub const OWNER: Owner = Owner::nil();

struct Store {
    ledger: SqliteLedger,
    library: SqliteLibrary,
    folder: tempfile::TempDir,
}

impl Store {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, library) = open(folder.path()).await;
        Self { ledger, library, folder }
    }

    async fn reopen(self) -> Self {
        let Self { ledger, library, folder } = self;
        drop((ledger, library));
        let (ledger, library) = open(folder.path()).await;
        Self { ledger, library, folder }
    }

    async fn commit(&mut self, group: Group) -> Committed {
        self.ledger.commit(&group).await.unwrap()
    }

    async fn intend(&mut self, intent: Intent) -> Result<Outcome, app::wire::Error> {
        let mut committed = self.commit(Group { intents: vec![intent], ..Group::default() }).await;
        committed.outcomes.remove(0)
    }

    /// Purges all that is due; gives the attachments whose files can go.
    async fn purge(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let Ok(Outcome::Purged { more, loose }) = self.intend(Intent::Purge).await else { panic!("not purged") };
            all.extend(loose);
            if !more {
                return all;
            }
        }
    }

    async fn begin(&mut self, text: &str) -> Sent {
        match self.intend(Intent::Send(question(text))).await {
            Ok(Outcome::Begun { sent, run: 1, place: None }) => sent,
            other => panic!("{other:?}"),
        }
    }

    async fn grow(&mut self, grown: Grown) -> Committed {
        self.commit(Group { grown: vec![grown], ..Group::default() }).await
    }

    async fn text(&self, id: MessageId) -> String {
        self.library.message(OWNER, id).await.unwrap().unwrap().0.text()
    }

    /// Another connection to the same database.
    fn beside(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("brooklet.db")).unwrap()
    }
}

async fn open(folder: &Path) -> (SqliteLedger, SqliteLibrary) {
    let opened = sqlite::open(folder.join("brooklet.db"), Durability::Normal).unwrap();
    (opened.ledger, opened.library)
}

fn question(text: &str) -> NewMessage {
    NewMessage {
        owner: OWNER,
        request: RequestId::new(),
        body: [7; 32],
        conversation: None,
        parent: None,
        edits: None,
        text: text.into(),
        images: Vec::new(),
        pastes: Vec::new(),
        title: text.into(),
        setup: None,
        model: "openai/test".into(),
        also: Vec::new(),
    }
}

fn grown(sent: Sent, at: u64, text: &str) -> Grown {
    let pieces = vec![Piece { part: 0, kind: PartKind::Text, at, text: text.into(), ms: at }];
    Grown { pieces, begins: at == 0, ..ended(sent, None) }
}

fn ended(sent: Sent, end: Option<Status>) -> Grown {
    let end = end.map(|status| End { status, error: None });
    let (conversation, message) = (sent.conversation, sent.reply);
    Grown {
        conversation,
        message,
        run: 1,
        begins: false,
        pieces: Vec::new(),
        finish_reason: None,
        usage: None,
        bookmark: None,
        delay: None,
        end,
    }
}

fn code(result: Result<Outcome, app::wire::Error>) -> Code {
    result.expect_err("a refusal").code
}

#[tokio::test]
async fn a_reply_grows_ends_and_is_read_whole() {
    let mut store = Store::new().await;
    let sent = store.begin("how do brooks flow?").await;
    store.grow(grown(sent, 0, "down")).await;
    assert_eq!(store.text(sent.reply).await, "down");
    let last = Grown { end: ended(sent, Some(Status::Complete)).end, ..grown(sent, 4, "hill 溪") };
    let committed = store.grow(last).await;

    let [(_, Event::Delta(delta)), (_, Event::Status(status))] = &committed.events[..] else {
        panic!("{:?}", committed.events)
    };
    assert_eq!((delta.at, delta.text.as_str()), (4, "hill 溪"));
    assert_eq!(status.sizes, Some(vec!["downhill 溪".len() as u64]));
    assert!(status.seq > delta.seq);
    assert_eq!(committed.ended, [(sent.reply, 1)]);

    let path = store.library.path(OWNER, sent.conversation, None, None, 100).await.unwrap().unwrap();
    let told: Vec<_> = path.messages.iter().map(|message| (message.role, message.status, message.text())).collect();
    assert_eq!(
        told,
        [
            (Role::User, Status::Complete, "how do brooks flow?".to_owned()),
            (Role::Assistant, Status::Complete, "downhill 溪".to_owned())
        ]
    );
    assert!(!path.summary.running);
    assert_eq!(path.cursor.seq, status.seq);
}

/// SQLite rolls a transaction back by itself when there is no room, and the server once ended at the try after that.
#[tokio::test]
async fn a_full_disk_stores_nothing_and_the_same_group_goes_in_when_there_is_room() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    store.grow(grown(sent, 0, "stored. ")).await;
    let group = || {
        let text = "溪".repeat(20_000);
        Group { grown: vec![grown(sent, 8, &text)], intents: vec![Intent::Send(question("two"))] }
    };
    store.ledger.limit_pages(1).unwrap();
    for _ in 0..3 {
        assert!(matches!(store.ledger.commit(&group()).await, Err(Error::Full)));
        assert_eq!(store.text(sent.reply).await, "stored. ");
    }
    store.ledger.limit_pages(1_000_000).unwrap();
    let committed = store.commit(group()).await;
    assert_eq!((committed.events.len(), committed.outcomes.len()), (3, 1));
    assert_eq!(store.text(sent.reply).await.len(), 8 + 60_000);
}

#[tokio::test]
async fn a_run_ends_once_and_its_late_text_is_refused_without_harm_to_others() {
    let mut store = Store::new().await;
    let (one, two) = (store.begin("one").await, store.begin("two").await);
    store.grow(grown(one, 0, "first")).await;
    store.intend(Intent::Stop { owner: OWNER, reply: one.reply }).await.unwrap();
    store.intend(Intent::Stop { owner: OWNER, reply: one.reply }).await.unwrap();

    let late = Grown { end: ended(one, Some(Status::Complete)).end, ..grown(one, 5, " late") };
    let committed = store.commit(Group { grown: vec![late, grown(two, 0, "kept")], ..Group::default() }).await;
    assert_eq!(committed.ended, [(one.reply, 1)]);
    assert_eq!(committed.events.len(), 1);
    assert_eq!((store.text(one.reply).await.as_str(), store.text(two.reply).await.as_str()), ("first", "kept"));
    let (message, _) = store.library.message(OWNER, one.reply).await.unwrap().unwrap();
    assert_eq!(message.status, Status::Stopped);

    let wrong_run = Grown { run: 2, ..grown(two, 4, " wrong") };
    assert_eq!(store.grow(wrong_run).await.ended, [(two.reply, 2)]);
    assert_eq!(store.text(two.reply).await, "kept");
}

#[tokio::test]
async fn a_request_sent_twice_is_one_message_and_with_another_body_it_is_refused() {
    let mut store = Store::new().await;
    let new = question("once");
    let Ok(Outcome::Begun { sent, .. }) = store.intend(Intent::Send(new.clone())).await else { panic!("not begun") };
    assert_eq!(store.intend(Intent::Send(new.clone())).await, Ok(Outcome::Known(sent)));
    let other = NewMessage { body: [8; 32], ..new };
    assert_eq!(code(store.intend(Intent::Send(other)).await), Code::RequestReused);
    assert_eq!(store.library.list(OWNER, None, 10).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn a_branch_has_one_running_reply_and_a_refusal_leaves_no_trace() {
    let mut store = Store::new().await;
    let sent = store.begin("one").await;
    let below = |parent| NewMessage { conversation: Some(sent.conversation), parent, ..question("two") };
    assert_eq!(code(store.intend(Intent::Send(below(None))).await), Code::ReplyRunning);
    let again = Intent::Regenerate { owner: OWNER, reply: sent.reply, model: None, hint: None };
    assert_eq!(code(store.intend(again.clone()).await), Code::ReplyRunning);
    store.grow(ended(sent, Some(Status::Complete))).await;

    let before = store.library.path(OWNER, sent.conversation, None, None, 100).await.unwrap().unwrap();
    assert_eq!(code(store.intend(Intent::Send(below(Some(sent.message)))).await), Code::Invalid);
    assert_eq!(code(store.intend(Intent::Send(below(Some(MessageId(Owner::nil()))))).await), Code::NotFound);
    let after = store.library.path(OWNER, sent.conversation, None, None, 100).await.unwrap().unwrap();
    assert_eq!((before.cursor, before.messages), (after.cursor, after.messages));

    let Ok(Outcome::Begun { sent: sibling, .. }) = store.intend(again).await else { panic!("not begun") };
    assert_eq!(sibling.message, sent.message);
    store.grow(ended(sibling, Some(Status::Complete))).await;
    let Ok(Outcome::Begun { .. }) = store.intend(Intent::Send(below(Some(sent.reply)))).await else {
        panic!("an older branch can be gone on with")
    };
}

#[tokio::test]
async fn pages_of_a_path_and_of_the_sidebar_join_without_a_gap() {
    let mut store = Store::new().await;
    let mut sent = store.begin("0").await;
    store.grow(Grown { end: ended(sent, Some(Status::Complete)).end, ..grown(sent, 0, "r0") }).await;
    for turn in 1..5 {
        let new = NewMessage { conversation: Some(sent.conversation), ..question(&turn.to_string()) };
        let Ok(Outcome::Begun { sent: next, .. }) = store.intend(Intent::Send(new)).await else { panic!("not begun") };
        sent = next;
        store.grow(Grown { end: ended(sent, Some(Status::Complete)).end, ..grown(sent, 0, &format!("r{turn}")) }).await;
    }
    let (mut texts, mut before) = (Vec::new(), None);
    loop {
        let page = store.library.path(OWNER, sent.conversation, None, before, 3).await.unwrap().unwrap();
        before = page.messages.first().map(|message| message.id);
        texts.splice(0..0, page.messages.iter().map(|message| message.text()));
        if !page.more {
            break;
        }
    }
    assert_eq!(texts, ["0", "r0", "1", "r1", "2", "r2", "3", "r3", "4", "r4"]);

    for title in ["a", "b", "c"] {
        store.begin(title).await;
    }
    let first = store.library.list(OWNER, None, 3).await.unwrap();
    let rest = store.library.list(OWNER, first.rows.last().map(|row| row.conversation), 3).await.unwrap();
    let titles: Vec<_> = first.rows.iter().chain(&rest.rows).map(|row| row.title.as_str()).collect();
    assert_eq!((titles, first.more, rest.more), (vec!["c", "b", "a", "0"], true, false));
}

#[tokio::test]
async fn a_prompt_is_the_path_without_reasoning_and_without_empty_replies() {
    let mut store = Store::new().await;
    let sent = store.begin("why?").await;
    let pieces = vec![
        Piece { part: 0, kind: PartKind::Reasoning, at: 0, text: "hm".into(), ms: 30 },
        Piece { part: 1, kind: PartKind::Text, at: 0, text: "because".into(), ms: 70 },
    ];
    store.grow(Grown { pieces, ..ended(sent, Some(Status::Complete)) }).await;
    let said = |role, text: &str| Said { role, text: text.to_owned(), images: Vec::new(), pastes: Vec::new() };
    let prompt = store.library.prompt(sent.reply).await.unwrap();
    assert_eq!(prompt, [said(Role::User, "why?"), said(Role::Assistant, "because")]);
    let (message, _) = store.library.message(OWNER, sent.reply).await.unwrap().unwrap();
    let thought = Part { kind: PartKind::Reasoning, text: "hm".into(), ms: Some(70) };
    assert_eq!(message.parts[0], thought);
}

/// What a reader folds when it comes back at `cursor`, in slices as the store gives them.
async fn read_on(store: &Store, id: ConversationId, held: &mut Conversation, mut cursor: u64) -> u64 {
    loop {
        let changes = store.library.changes(OWNER, id, cursor).await.unwrap().unwrap();
        for change in &changes.changes {
            let (message, run, seq) = (change.message, change.run, change.seq);
            let event = match &change.step {
                Step::Whole(message) => Event::Message((**message).clone()),
                Step::Status(status) => Event::Status((**status).clone()),
                Step::Text { part, kind, at, text } => Event::Delta(app::wire::Delta {
                    message,
                    run,
                    part: *part,
                    kind: *kind,
                    at: *at,
                    text: text.clone(),
                    seq,
                    t: 0,
                    pad: String::new(),
                }),
            };
            assert!(!matches!(held.apply(&event), Applied::AskAgain(_)), "{event:?} does not fit");
        }
        if changes.upto == cursor {
            return cursor;
        }
        cursor = changes.upto;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// However text is cut into pieces, pieces into commits, and reading into visits: what is folded is what is stored.
    #[test]
    fn a_reader_that_comes_and_goes_folds_what_is_stored(
        texts in prop::collection::vec(("[a-z 溪🐟\"\\\\]{1,12}", any::<bool>(), any::<bool>()), 1..24),
        ends in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut store = Store::new().await;
            let sent = store.begin("go").await;
            let (mut held, mut cursor) = (Conversation::default(), 0);
            let (mut part, mut at, mut last) = (0, 0, None);
            for (text, reasoning, visit) in texts {
                let kind = if reasoning { PartKind::Reasoning } else { PartKind::Text };
                if last.is_some_and(|last| last != kind) {
                    (part, at) = (part + 1, 0);
                }
                last = Some(kind);
                let pieces = vec![Piece { part, kind, at, text: text.clone(), ms: at }];
                at += text.len() as u64;
                store.grow(Grown { begins: part == 0 && pieces[0].at == 0, pieces, ..ended(sent, None) }).await;
                if visit {
                    cursor = read_on(&store, sent.conversation, &mut held, cursor).await;
                }
            }
            if ends {
                store.grow(ended(sent, Some(Status::Complete))).await;
            }
            read_on(&store, sent.conversation, &mut held, cursor).await;
            let (mut stored, _) = store.library.message(OWNER, sent.reply).await.unwrap().unwrap();
            if !ends {
                // Deltas bring no times; the end does.
                stored.parts.iter_mut().for_each(|part| part.ms = None);
            }
            prop_assert_eq!(held.message(sent.reply), Some(&stored));
            Ok(())
        })?;
    }
}
