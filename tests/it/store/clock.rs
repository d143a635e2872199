//! A clock that is set back or forward while the server is down.
//!
//! Only differences count, so instead of the clock all ids and times of the store are moved.

use super::{OWNER, Store, ended, grown, question};
use app::wire::{MessageId, Sent, Status};
use brooklet::store::{Continues, Grown, Intent, Library, NewMessage, Outcome, Owner};
use rusqlite::{Connection, params};
use std::path::Path;

const IDS: [(&str, &str); 9] = [
    ("conversations", "id"),
    ("messages", "id"),
    ("messages", "conversation"),
    ("messages", "parent"),
    ("parts", "message"),
    ("pieces", "message"),
    ("requests", "conversation"),
    ("requests", "message"),
    ("requests", "reply"),
];

const TIMES: [(&str, &str); 5] = [
    ("conversations", "created_at"),
    ("conversations", "updated_at"),
    ("messages", "created_at"),
    ("messages", "marks_until"),
    ("messages", "renewed_at"),
];

/// A UUID v7 begins with its time in milliseconds.
fn moved(id: Owner, hours: i64) -> Owner {
    let ms = i128::from(hours) * 60 * 60 * 1000;
    Owner::from_u128(id.as_u128().wrapping_add_signed(ms << 80))
}

fn move_all(folder: &Path, hours: i64) {
    let database = Connection::open(folder.join("brooklet.db")).unwrap();
    for (table, column) in IDS {
        let all = format!("select distinct {column} from {table} where {column} is not null");
        let mut query = database.prepare(&all).unwrap();
        let ids: Vec<Owner> = query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        for id in ids {
            let update = format!("update {table} set {column} = ?2 where {column} = ?1");
            database.execute(&update, params![id, moved(id, hours)]).unwrap();
        }
    }
    for (table, column) in TIMES {
        let update = format!("update {table} set {column} = {column} + ?1");
        database.execute(&update, [hours * 60 * 60 * 1000]).unwrap();
    }
}

#[tokio::test]
async fn whatever_the_clock_did_the_newest_message_is_the_newest() {
    // Set back by hours, as the store sees it; and forward.
    for hours in [5, -5, 40, -40] {
        let mut store = Store::new().await;
        let sent = store.begin("one").await;
        store.grow(Grown { end: ended(sent, Some(Status::Complete)).end, ..grown(sent, 0, "r1") }).await;
        let other = store.begin("other").await;
        store.grow(grown(other, 0, "half of")).await;
        move_all(store.folder.path(), hours);
        let mut store = store.reopen().await;
        let half = MessageId(moved(other.reply.0, hours));
        store.intend(Intent::Reap { reply: half, run: 1, continues: Continues::BehindText }).await.unwrap();
        let conversation = app::wire::ConversationId(moved(sent.conversation.0, hours));
        let [first, first_reply] = [sent.message, sent.reply].map(|id| MessageId(moved(id.0, hours)));

        let next = NewMessage { conversation: Some(conversation), ..question("two") };
        let Ok(Outcome::Begun { sent: two, .. }) = store.intend(Intent::Send(next)).await else { panic!("not begun") };
        store.grow(Grown { end: ended(two, Some(Status::Complete)).end, ..grown(two, 0, "r2") }).await;
        let again = Intent::Regenerate { owner: OWNER, reply: two.reply, model: None, hint: None };
        let Ok(Outcome::Begun { sent: again, .. }) = store.intend(again).await else { panic!("not begun") };
        assert!(first < first_reply && first_reply < two.message && two.reply < again.reply, "by {hours} hours");

        let path = store.library.path(OWNER, conversation, None, None, 100).await.unwrap().unwrap();
        let ids: Vec<_> = path.messages.iter().map(|message| message.id).collect();
        assert_eq!(ids, [first, first_reply, two.message, again.reply], "by {hours} hours");
        // Long ago by a clock that went forward; and just now by one that was set back.
        let expected = if hours < 0 { Status::Interrupted } else { Status::Waiting };
        let (half, _) = store.library.message(OWNER, half).await.unwrap().unwrap();
        assert_eq!((half.status, half.text().as_str()), (expected, "half of"), "by {hours} hours");

        // What is gone for good in time stays readable, and so does what is kept too long.
        store.intend(Intent::Purge).await.unwrap();
        let Sent { reply, .. } = two;
        assert_eq!((store.text(first_reply).await.as_str(), store.text(reply).await.as_str()), ("r1", "r2"));
    }
}
