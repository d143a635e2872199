//! The tree of a conversation: siblings, edits, and the path through any message; and what each part took.

use super::*;
use app::wire::Message;

/// A finished reply to a message, and what it became.
async fn turn(store: &mut Store, new: NewMessage) -> Sent {
    let Ok(Outcome::Begun { sent, .. }) = store.intend(Intent::Send(new)).await else { panic!("not begun") };
    store.grow(ended(sent, Some(Status::Complete))).await;
    sent
}

fn edit(of: Sent, text: &str) -> NewMessage {
    NewMessage { conversation: Some(of.conversation), edits: Some(of.message), ..question(text) }
}

async fn path(store: &Store, sent: Sent, leaf: Option<MessageId>) -> Vec<Message> {
    let path = store.library.path(OWNER, sent.conversation, leaf, None, 100).await.unwrap();
    path.expect("it is there").messages
}

fn ids(messages: &[Message]) -> Vec<MessageId> {
    messages.iter().map(|message| message.id).collect()
}

#[tokio::test]
async fn a_reply_beside_another_is_told_with_all_its_siblings() {
    let mut store = Store::new().await;
    let first = turn(&mut store, question("go")).await;
    assert!(path(&store, first, None).await.iter().all(|message| message.siblings.is_empty()));
    let again = Intent::Regenerate { owner: OWNER, reply: first.reply, model: Some("other/model".into()) };
    let committed = store.commit(Group { intents: vec![again], ..Group::default() }).await;
    let [(_, Event::Message(told))] = &committed.events[..] else { panic!("{:?}", committed.events) };
    assert_eq!(told.siblings, [first.reply, told.id]);
    assert_eq!(told.model.as_deref(), Some("other/model"));

    // A follower that comes from before hears it so as well, and whoever reads the older one.
    let changes = store.library.changes(OWNER, first.conversation, told.seq - 1).await.unwrap().unwrap();
    let [change] = &changes.changes[..] else { panic!("{changes:?}") };
    assert!(matches!(&change.step, Step::Whole(whole) if **whole == *told));
    let older = path(&store, first, Some(first.reply)).await;
    assert_eq!(older.last().unwrap().siblings, [first.reply, told.id]);
    assert!(older[0].siblings.is_empty());
}

#[tokio::test]
async fn an_edit_stands_beside_what_it_edits_at_the_root_too() {
    let mut store = Store::new().await;
    let first = turn(&mut store, question("hello")).await;
    let second = turn(&mut store, NewMessage { conversation: Some(first.conversation), ..question("and then?") }).await;
    let root = turn(&mut store, edit(first, "hi")).await;
    let below = turn(&mut store, edit(second, "and now?")).await;

    let messages = path(&store, first, Some(root.message)).await;
    assert_eq!(ids(&messages), [root.message, root.reply]);
    assert_eq!((messages[0].parent, &messages[0].siblings), (None, &vec![first.message, root.message]));
    let messages = path(&store, first, None).await;
    assert_eq!(ids(&messages), [first.message, first.reply, below.message, below.reply]);
    assert_eq!(messages[2].siblings, [second.message, below.message]);
    assert_eq!(messages[0].siblings, [first.message, root.message]);
    let title = store.library.list(OWNER, None, 1).await.unwrap().rows.remove(0).title;
    assert_eq!(title, "hello");
}

#[tokio::test]
async fn only_a_message_of_this_conversation_that_a_person_wrote_is_edited() {
    let mut store = Store::new().await;
    let (first, other) = (turn(&mut store, question("one")).await, turn(&mut store, question("two")).await);
    for (edits, expected) in
        [(first.reply, Code::Invalid), (other.message, Code::NotFound), (MessageId(Owner::nil()), Code::NotFound)]
    {
        let new = NewMessage { conversation: Some(first.conversation), edits: Some(edits), ..question("x") };
        assert_eq!(code(store.intend(Intent::Send(new)).await), expected, "{edits}");
    }
    let nowhere = NewMessage { edits: Some(first.message), ..question("x") };
    assert_eq!(code(store.intend(Intent::Send(nowhere)).await), Code::NotFound);
}

#[tokio::test]
async fn an_edit_waits_only_for_a_reply_that_it_would_go_below() {
    let mut store = Store::new().await;
    let first = turn(&mut store, question("one")).await;
    let below = NewMessage { conversation: Some(first.conversation), ..question("two") };
    let Ok(Outcome::Begun { sent: running, .. }) = store.intend(Intent::Send(below)).await else { panic!("not begun") };
    // The reply to the message that is edited runs on another branch.
    let Ok(Outcome::Begun { sent: beside, .. }) = store.intend(Intent::Send(edit(running, "too"))).await else {
        panic!("two branches may be written at once")
    };
    store.grow(grown(running, 0, "a")).await;
    store.grow(grown(beside, 0, "b")).await;
    assert_eq!((store.text(running.reply).await.as_str(), store.text(beside.reply).await.as_str()), ("a", "b"));
    assert!(store.library.list(OWNER, None, 1).await.unwrap().rows[0].running);
}

#[tokio::test]
async fn a_path_leads_through_any_message_to_the_newest_below_it() {
    let mut store = Store::new().await;
    let first = turn(&mut store, question("one")).await;
    let on = |parent: Sent, text| NewMessage {
        conversation: Some(parent.conversation),
        parent: Some(parent.reply),
        ..question(text)
    };
    let left = turn(&mut store, on(first, "left")).await;
    let right = turn(&mut store, on(first, "right")).await;
    // The older branch is gone on with: it is the newest again.
    let newest = turn(&mut store, on(left, "left again")).await;
    let to_left = [first.message, first.reply, left.message, left.reply, newest.message, newest.reply];
    for through in [None, Some(first.message), Some(first.reply), Some(left.message), Some(newest.reply)] {
        assert_eq!(ids(&path(&store, first, through).await), to_left, "{through:?}");
    }
    let to_right = [first.message, first.reply, right.message, right.reply];
    for through in [right.message, right.reply] {
        assert_eq!(ids(&path(&store, first, Some(through)).await), to_right);
    }
    let other = turn(&mut store, question("elsewhere")).await;
    let wrong = store.library.path(OWNER, first.conversation, Some(other.reply), None, 100).await.unwrap();
    assert!(wrong.is_none());

    // The page finds the same way down.
    let mut held = Conversation::new(path(&store, first, Some(left.reply)).await);
    held.add_older(path(&store, first, Some(right.reply)).await);
    for through in [first.message, left.message, right.message] {
        held.show(through);
        assert_eq!(held.path(), ids(&path(&store, first, Some(through)).await));
    }
}

#[tokio::test]
async fn each_part_says_how_long_the_model_was_at_it() {
    let mut store = Store::new().await;
    let sent = store.begin("think").await;
    let piece = |part, kind, at, text: &str, ms| Piece { part, kind, at, text: text.into(), ms };
    let (reasoning, text) = (PartKind::Reasoning, PartKind::Text);
    store.grow(Grown { pieces: vec![piece(0, reasoning, 0, "h", 400)], ..ended(sent, None) }).await;
    store.grow(Grown { pieces: vec![piece(0, reasoning, 1, "m", 1_000)], ..ended(sent, None) }).await;
    let ms = async |store: &Store| -> Vec<_> {
        let (message, _) = store.library.message(OWNER, sent.reply).await.unwrap().unwrap();
        message.parts.iter().map(|part| part.ms.unwrap()).collect()
    };
    assert_eq!(ms(&store).await, [1_000], "from the beginning of the run to the last piece so far");
    let pieces = vec![piece(1, text, 0, "so ", 2_500), piece(1, text, 3, "it is", 2_900)];
    store.grow(Grown { pieces, ..ended(sent, None) }).await;
    assert_eq!(ms(&store).await, [2_500, 400], "to the first piece of the next part");
    let pieces = vec![piece(2, reasoning, 0, "hm", 4_000), piece(3, text, 0, "!", 4_100)];
    let committed = store.grow(Grown { pieces, ..ended(sent, Some(Status::Complete)) }).await;

    let expected = [2_500, 1_500, 100, 0];
    let Some((_, Event::Status(end))) = committed.events.last() else { panic!("{:?}", committed.events) };
    assert_eq!(end.ms.as_deref(), Some(&expected[..]));
    assert_eq!(ms(&store).await, expected);
    let changes = store.library.changes(OWNER, sent.conversation, end.seq - 1).await.unwrap().unwrap();
    assert!(matches!(&changes.changes[..], [change] if matches!(&change.step, Step::Status(told) if **told == *end)));
    let question = path(&store, sent, None).await.remove(0);
    assert_eq!(question.parts[0].ms, None);
}
