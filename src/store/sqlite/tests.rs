//! What a read costs, in steps of SQLite's machine: the same in a store of a few conversations and in one of thousands.

use super::*;
use crate::store::{Library, Owner};
use app::wire::MessageId;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

const OWNER: Owner = Owner::nil();

struct Counted {
    opened: Opened,
    steps: Arc<AtomicU64>,
    _folder: tempfile::TempDir,
}

/// Conversation `n` of the store.
fn conversation(n: u128) -> ConversationId {
    ConversationId(Uuid::from_u128(n << 32))
}

/// Message `n` of a conversation, from 1; each answers the one before it.
fn message(conversation: ConversationId, n: u128) -> MessageId {
    MessageId(Uuid::from_u128(conversation.0.as_u128() + n))
}

impl Counted {
    /// A store of conversations with so many messages each.
    fn with(conversations: u32, messages: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("brooklet.db");
        let mut opened = open(file.clone(), Durability::Normal).unwrap();
        let writer = Connection::open(&file).unwrap();
        let rows = [
            "insert into lists (owner, list) select zeroblob(16), 1000000 where ?1 + ?2",
            "with recursive n (n) as (select 1 union all select n + 1 from n where n < ?1)
             insert into conversations (id, owner, title, seq, list, created_at, updated_at, ended_seq)
             select unhex(printf('%024x00000000', n)), zeroblob(16), 'a title', ?2, n, n, n, n % 2 from n",
            "with recursive k (k) as (select 1 union all select k + 1 from k where k < ?2)
             insert into messages (id, conversation, parent, role, run, status, created_at, begun, seq)
             select unhex(printf('%024x%08x', c.updated_at, k)), c.id,
               case when k > 1 then unhex(printf('%024x%08x', c.updated_at, k - 1)) end,
               case when k % 2 = 0 then 'assistant' else 'user' end, k % 2, 'complete', k, k, k
             from conversations c, k where ?1",
            "insert into parts (message, part, kind, text) select id, 0, 'text', 'some text' from messages where ?1 + ?2",
        ];
        for row in rows {
            writer.execute(row, [conversations, messages]).unwrap();
        }
        let steps = Arc::new(AtomicU64::new(0));
        let counter = steps.clone();
        let reader = Connection::open(&file).unwrap();
        settle(&reader).unwrap();
        let count = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            false
        };
        reader.progress_handler(1, Some(count)).unwrap();
        opened.library.readers = Readers::of(file, vec![reader]);
        Self { opened, steps, _folder: folder }
    }

    /// The steps of a read, the second time: the first one also reads the schema.
    async fn steps<T>(&self, read: impl AsyncFn(&SqliteLibrary) -> T) -> u64 {
        read(&self.opened.library).await;
        self.steps.store(0, Ordering::Relaxed);
        let began = std::time::Instant::now();
        read(&self.opened.library).await;
        let steps = self.steps.load(Ordering::Relaxed);
        println!("{steps} steps in {:?}", began.elapsed());
        steps
    }
}

/// Few may cost half as much again among many: trees grow deeper.
fn is_as_good(among_many: u64, among_few: u64) -> bool {
    among_few > 0 && among_many <= among_few + among_few / 2
}

#[tokio::test]
async fn a_page_of_the_sidebar_costs_the_same_among_ten_thousand() {
    let (few, many) = (Counted::with(300, 2), Counted::with(10_000, 2));
    let first = async |library: &SqliteLibrary| {
        let list = library.list(OWNER, None, 100).await.unwrap();
        assert!(list.rows.len() == 100 && list.more && list.rows.iter().any(|row| row.unread));
    };
    // From the middle of each.
    let few_older = few.steps(async |library| library.list(OWNER, Some(conversation(150)), 100).await.unwrap()).await;
    let many_older =
        many.steps(async |library| library.list(OWNER, Some(conversation(5_000)), 100).await.unwrap()).await;
    let (few_first, many_first) = (few.steps(first).await, many.steps(first).await);
    assert!(is_as_good(many_first, few_first), "{many_first} steps among many, {few_first} among few");
    assert!(is_as_good(many_older, few_older), "{many_older} steps among many, {few_older} among few");

    let changes = async |library: &SqliteLibrary, n: u64| library.list_changes(OWNER, n - 50).await.unwrap();
    let among_few = few.steps(async |library| changes(library, 300).await).await;
    let among_many = many.steps(async |library| changes(library, 10_000).await).await;
    assert!(is_as_good(among_many, among_few), "{among_many} steps among many, {among_few} among few");
}

#[tokio::test]
async fn the_end_of_a_conversation_costs_the_same_whatever_its_length() {
    let (short, long) = (Counted::with(3, 200), Counted::with(3, 2_000));
    let id = conversation(2);
    let newest = async |library: &SqliteLibrary| {
        let path = library.path(OWNER, id, None, None, 100).await.unwrap().unwrap();
        assert!(path.messages.len() == 100 && path.more);
    };
    let (of_short, of_long) = (short.steps(newest).await, long.steps(newest).await);
    assert!(is_as_good(of_long, of_short), "{of_long} steps of the long one, {of_short} of the short one");
    let older = async |library: &SqliteLibrary, n: u128| {
        library.path(OWNER, id, None, Some(message(id, n)), 100).await.unwrap().unwrap().messages.len()
    };
    let of_short = short.steps(async |library| older(library, 150).await).await;
    let of_long = long.steps(async |library| older(library, 1_000).await).await;
    assert!(is_as_good(of_long, of_short), "{of_long} steps of the long one, {of_short} of the short one");
    // A branch near the end, as one switches between two answers.
    let through = async |library: &SqliteLibrary, n: u128| {
        library.path(OWNER, id, Some(message(id, n)), None, 100).await.unwrap().unwrap().messages.len()
    };
    let of_short = short.steps(async |library| through(library, 196).await).await;
    let of_long = long.steps(async |library| through(library, 1_996).await).await;
    assert!(is_as_good(of_long, of_short), "{of_long} steps of the long one, {of_short} of the short one");
    let title = async |library: &SqliteLibrary| library.lacks_title(OWNER, id).await.unwrap();
    assert!(is_as_good(long.steps(title).await, short.steps(title).await));
}

#[test]
fn a_database_whose_versions_are_counted_in_a_table_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brooklet.db");
    // It had the first two versions.
    let mut older = Connection::open(&file).unwrap();
    Migrations::from_slice(&MIGRATIONS[..2]).to_latest(&mut older).unwrap();
    let known = incarnation(&older).unwrap();
    older.execute_batch("pragma user_version = 0").unwrap();
    older
        .execute_batch("create table _sqlx_migrations (version); insert into _sqlx_migrations values (1), (2)")
        .unwrap();

    assert_eq!(open(file.clone(), Durability::Normal).unwrap().library.log(None), log(known, None));
    assert_eq!(older.pragma_query_value(None, "user_version", |row| row.get::<_, usize>(0)).unwrap(), MIGRATIONS.len());
    let tables = "select count(*) from sqlite_schema where name = '_sqlx_migrations'";
    assert_eq!(older.query_row(tables, [], |row| row.get::<_, u32>(0)).unwrap(), 0);
}

#[tokio::test]
async fn a_reader_reads_only_and_one_that_failed_is_not_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brooklet.db");
    let opened = open(file, Durability::Normal).unwrap();
    let readers = &opened.library.readers;
    assert!(readers.read(|read| Ok(read.execute("delete from store", [])?)).await.is_err());
    for _ in 0..READERS {
        assert!(matches!(readers.read::<()>(|_| panic!("on purpose")).await, Err(Error::Broken(_))));
    }
    let count = readers.read(|read| Ok(read.query_row("select count(*) from store", [], |row| row.get::<_, u32>(0))?));
    assert_eq!(count.await.unwrap(), 1);
}

#[test]
fn the_log_begins_anew_though_the_journal_writes_while_it_is_moved() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brooklet.db");
    open(file.clone(), Durability::Normal).unwrap();
    let (writer, checkpointer) = (Connection::open(&file).unwrap(), Connection::open(&file).unwrap());
    writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    let write = |times| {
        for n in 0..times {
            writer.execute("insert or replace into lists (owner, list) values (x'00', ?1)", [n]).unwrap();
        }
    };
    for _ in 0..3 {
        write(Checkpointer::LOG_PAGES + 8);
        assert!(Checkpointer::advance(&checkpointer).unwrap() > Checkpointer::LOG_PAGES);
        write(1);
        Checkpointer::begin_anew(&checkpointer).unwrap();
        write(1);
        assert_eq!(Checkpointer::advance(&checkpointer).unwrap(), 1);
        write(1);
    }
}
