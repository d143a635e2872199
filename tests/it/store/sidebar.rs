//! Rows of the sidebar: names, what is unread, deleting and bringing back.

use super::*;
use app::wire::Summary;
use brooklet::store::{Continues, UNDELETE};
use std::time::Duration;

#[tokio::test]
async fn names_are_changed_only_by_who_saw_the_last_one() {
    let mut store = Store::new().await;
    let sent = store.begin("old").await;
    let rename = |seen| Intent::Rename { owner: OWNER, conversation: sent.conversation, title: "new".into(), seen };
    let Ok(Outcome::Changed(summary)) = store.intend(rename(1)).await else { panic!("not renamed") };
    assert_eq!((summary.title.as_str(), summary.version), ("new", 2));
    assert_eq!(code(store.intend(rename(1)).await), Code::Stale);
}

#[tokio::test]
async fn a_deleted_conversation_is_gone_for_readers_and_a_tombstone_for_sidebars() {
    let mut store = Store::new().await;
    let sent = store.begin("secret").await;
    let seen = store.library.list(OWNER, None, 10).await.unwrap().cursor.list;
    let delete = Intent::Delete { owner: OWNER, conversation: sent.conversation };
    let committed = store.commit(Group { intents: vec![delete.clone(), delete], ..Group::default() }).await;
    assert_eq!((committed.deleted, committed.ended), (vec![sent.conversation], vec![(sent.reply, 1)]));

    assert!(store.library.path(OWNER, sent.conversation, None, None, 100).await.unwrap().is_none());
    assert!(store.library.changes(OWNER, sent.conversation, 0).await.unwrap().is_none());
    assert!(store.library.message(OWNER, sent.reply).await.unwrap().is_none());
    let (rows, _) = store.library.list_changes(OWNER, seen).await.unwrap();
    assert!(rows.len() == 1 && rows[0].deleted && rows[0].title.is_empty());
    assert_eq!(store.grow(grown(sent, 0, "late")).await.events, []);

    store.pass(UNDELETE);
    store.purge().await;
    assert_eq!(store.count("messages"), 0);
    let unknown = Intent::Delete { owner: OWNER, conversation: ConversationId(sent.message.0) };
    assert_eq!(code(store.intend(unknown).await), Code::NotFound);
}

#[tokio::test]
async fn a_deletion_is_taken_back_for_a_minute_and_then_it_is_for_good() {
    let mut store = Store::new().await;
    let (done, sent) = (store.begin("kept").await, store.begin("secret").await);
    store.grow(Grown { end: ended(done, Some(Status::Complete)).end, ..grown(done, 0, "all") }).await;
    store.grow(grown(sent, 0, "half of")).await;
    let (owner, conversation) = (OWNER, sent.conversation);
    let row = store.row(conversation).await;
    let undelete = Intent::Undelete { owner, conversation };
    assert_eq!(store.intend(undelete.clone()).await, Ok(Outcome::Changed(row.clone())), "nothing was deleted");

    store.intend(Intent::Delete { owner, conversation }).await.unwrap();
    store.pass(UNDELETE - Duration::from_secs(5));
    store.purge().await;
    let committed = store.commit(Group { intents: vec![undelete.clone()], ..Group::default() }).await;
    let [(_, back)] = &committed.summaries[..] else { panic!("{:?}", committed.summaries) };
    assert_eq!((back.title.as_str(), back.running, back.unread, back.deleted), ("secret", false, false, false));
    assert!(back.list > row.list && back.version == row.version);
    assert_eq!(store.row(conversation).await, *back);
    let (reply, _) = store.library.message(OWNER, sent.reply).await.unwrap().unwrap();
    assert_eq!((reply.status, reply.text().as_str()), (Status::Stopped, "half of"));
    assert_eq!(store.grow(grown(sent, 7, " it")).await.events, [], "its run has ended");
    assert_eq!(store.intend(undelete.clone()).await, Ok(Outcome::Changed(back.clone())), "twice is once");

    store.intend(Intent::Delete { owner, conversation }).await.unwrap();
    store.pass(UNDELETE);
    assert_eq!(code(store.intend(undelete.clone()).await), Code::NotFound);
    store.purge().await;
    assert_eq!(code(store.intend(undelete).await), Code::NotFound);
    assert_eq!(store.text(done.reply).await, "all", "others are left alone");
    assert_eq!((store.count("messages"), store.count("parts"), store.count("pieces")), (2, 2, 1));
}

#[tokio::test]
async fn a_reply_that_ended_is_unread_until_somebody_looks() {
    let mut store = Store::new().await;
    for (status, is_news) in [
        (Status::Complete, true),
        (Status::Failed, true),
        (Status::Interrupted, true),
        // Whoever stopped it has seen it.
        (Status::Stopped, false),
    ] {
        let sent = store.begin("go").await;
        assert!(!store.row(sent.conversation).await.unread);
        let committed = store.grow(ended(sent, Some(status))).await;
        let told: Vec<_> = committed.summaries.iter().map(|(_, row)| row.unread).collect();
        assert_eq!(told, [is_news], "{status:?}");
        assert_eq!(store.row(sent.conversation).await.unread, is_news);
    }
}

#[tokio::test]
async fn what_was_read_stays_read_and_sidebars_hear_of_it_once() {
    let mut store = Store::new().await;
    let sent = store.begin("go").await;
    let (owner, conversation) = (OWNER, sent.conversation);
    let committed = store.grow(ended(sent, Some(Status::Complete))).await;
    let [(_, Event::Status(end))] = &committed.events[..] else { panic!("{:?}", committed.events) };
    for (seq, is_told) in [(0, false), (end.seq - 1, false), (end.seq, true), (end.seq, false), (0, false)] {
        let mark = Intent::MarkRead { owner, conversation, seq };
        let committed = store.commit(Group { intents: vec![mark], ..Group::default() }).await;
        assert_eq!(committed.outcomes, [Ok(Outcome::Done)]);
        assert_eq!(committed.summaries.len(), usize::from(is_told), "{seq}");
        assert!(committed.summaries.iter().all(|(_, row)| !row.unread));
        assert!(committed.events.is_empty());
    }
    assert!(!store.row(conversation).await.unread);

    // Nobody can have looked at what has not happened.
    store.intend(Intent::MarkRead { owner, conversation, seq: u64::MAX }).await.unwrap();
    let again = Intent::Regenerate { owner, reply: sent.reply, model: None, hint: None };
    let Ok(Outcome::Begun { sent: sibling, .. }) = store.intend(again).await else { panic!("not begun") };
    store.grow(ended(sibling, Some(Status::Failed))).await;
    assert!(store.row(conversation).await.unread);

    // Who writes has read.
    let below = NewMessage { conversation: Some(conversation), parent: Some(sibling.reply), ..question("more") };
    store.intend(Intent::Send(below)).await.unwrap();
    assert!(!store.row(conversation).await.unread);
    let unknown = Intent::MarkRead { owner, conversation: ConversationId(sent.message.0), seq: 1 };
    assert_eq!(code(store.intend(unknown).await), Code::NotFound);
}

#[tokio::test]
async fn after_a_kill_what_broke_off_is_unread() {
    let mut store = Store::new().await;
    let sent = store.begin("cut").await;
    let mut store = store.reopen().await;
    store.grow(grown(sent, 0, "half of it")).await;
    store.intend(Intent::Reap { reply: sent.reply, run: 1, continues: Continues::Never }).await.unwrap();
    assert!(store.row(sent.conversation).await.unread);
}

impl Store {
    async fn row(&self, id: ConversationId) -> Summary {
        let rows = self.library.list(OWNER, None, 100).await.unwrap().rows;
        rows.into_iter().find(|row| row.conversation == id).expect("it is there")
    }

    /// As if this much time had gone by since all that was deleted.
    fn pass(&self, time: Duration) {
        let update = "update conversations set deleted_at = deleted_at - ?1";
        self.beside().execute(update, [time.as_millis() as i64]).unwrap();
    }

    fn count(&self, table: &str) -> i64 {
        self.beside().query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap()
    }
}
