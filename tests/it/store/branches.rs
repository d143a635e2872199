//! The tree of a conversation: siblings, edits, and the path through any message; and what each part took.

use super::*;
use app::wire::{Hint, Message};

/// A finished reply to a message, and what it became.
async fn turn(store: &mut Store, new: NewMessage) -> Sent {
    let Ok(Outcome::Begun { sent, .. }) = store.intend(Intent::Send(new)).await else { panic!("not begun") };
    store.grow(ended(sent, Some(Status::Complete))).await;
    sent
}

fn edit(of: Sent, text: &str) -> NewMessage {
    NewMessage { conversation: Some(of.conversation), edits: Some(of.message), ..question(text) }
}

/// Said to a reply.
fn below(parent: Sent, text: &str) -> NewMessage {
    NewMessage { conversation: Some(parent.conversation), parent: Some(parent.reply), ..question(text) }
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
    let again = Intent::Regenerate { owner: OWNER, reply: first.reply, model: Some("other/model".into()), hint: None };
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
    let left = turn(&mut store, below(first, "left")).await;
    let right = turn(&mut store, below(first, "right")).await;
    // The older branch is gone on with: it is the newest again.
    let newest = turn(&mut store, below(left, "left again")).await;
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
async fn the_path_that_was_chosen_last_is_shown_until_something_is_written() {
    let mut store = Store::new().await;
    let first = turn(&mut store, question("one")).await;
    let left = turn(&mut store, below(first, "left")).await;
    let right = turn(&mut store, below(first, "right")).await;
    let shown = async |store: &Store| path(store, first, None).await.last().unwrap().id;
    let choose = |message| Intent::Choose { owner: OWNER, message };
    assert_eq!(shown(&store).await, right.reply);
    let before = store.library.path(OWNER, first.conversation, None, None, 1).await.unwrap().unwrap().cursor;
    assert_eq!(store.intend(choose(left.message)).await, Ok(Outcome::Done));
    assert_eq!(shown(&store).await, left.reply);
    let after = store.library.path(OWNER, first.conversation, None, None, 1).await.unwrap().unwrap().cursor;
    assert_eq!(before, after, "an open page keeps its own path");

    // Whoever names no parent goes on with it, and then the newest path is the chosen one.
    let on = NewMessage { conversation: Some(first.conversation), ..question("more") };
    let on = turn(&mut store, on).await;
    let all = ids(&path(&store, first, None).await);
    assert_eq!(all, [first.message, first.reply, left.message, left.reply, on.message, on.reply]);
    assert_eq!(store.intend(choose(right.reply)).await, Ok(Outcome::Done));
    let again = Intent::Regenerate { owner: OWNER, reply: on.reply, model: None, hint: None };
    let Ok(Outcome::Begun { sent: again, .. }) = store.intend(again).await else { panic!("not begun") };
    assert_eq!(shown(&store).await, again.reply);

    assert_eq!(code(store.intend(choose(MessageId(Owner::nil()))).await), Code::NotFound);
    let other = Intent::Choose { owner: Owner::max(), message: left.reply };
    assert_eq!(code(store.intend(other).await), Code::NotFound);
    assert_eq!(shown(&store).await, again.reply);
}

#[tokio::test]
async fn several_models_asked_at_once_write_beside_each_other() {
    let mut store = Store::new().await;
    let also = vec!["other/b".to_owned(), "other/c".to_owned()];
    let new = NewMessage { also, ..question("compare") };
    let committed = store.commit(Group { intents: vec![Intent::Send(new.clone())], ..Group::default() }).await;
    let [Ok(Outcome::Together(sent))] = &committed.outcomes[..] else { panic!("{:?}", committed.outcomes) };
    let replies: Vec<_> = sent.iter().map(|sent| sent.reply).collect();
    let told: Vec<_> = committed
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Message(message) if message.together => Some((message.siblings.clone(), message.model.clone())),
            _ => None,
        })
        .collect();
    let by = |model: &str| (replies.clone(), Some(model.to_owned()));
    assert_eq!(told, [by("openai/test"), by("other/b"), by("other/c")], "each knows of all");
    assert_eq!(store.intend(Intent::Send(new)).await, Ok(Outcome::Known(sent[0])));

    // The path leads through the first, and the others come with it; to a reader from before they are all new.
    let read = async |store: &Store, leaf| {
        let path = store.library.path(OWNER, sent[0].conversation, leaf, None, 100).await.unwrap().unwrap();
        (path.messages.last().unwrap().id, ids(&path.beside))
    };
    assert_eq!(read(&store, None).await, (replies[0], vec![replies[1], replies[2]]));
    assert_eq!(read(&store, Some(replies[2])).await, (replies[2], vec![replies[0], replies[1]]));
    store.grow(grown(sent[1], 0, "b")).await;
    store.grow(grown(sent[2], 0, "c")).await;
    store.grow(ended(sent[1], Some(Status::Complete))).await;
    let path = store.library.path(OWNER, sent[0].conversation, None, None, 100).await.unwrap().unwrap();
    assert_eq!(path.beside.iter().map(Message::text).collect::<Vec<_>>(), ["b", "c"]);

    // One that is whole can be gone on with while the others run; then they stand beside no end any more.
    let on = NewMessage { parent: Some(replies[1]), ..below(sent[0], "on with b") };
    let on = turn(&mut store, on).await;
    assert_eq!(read(&store, None).await, (on.reply, vec![]));
    assert_eq!(read(&store, Some(replies[2])).await.0, replies[2]);
    let later = store.library.path(OWNER, on.conversation, None, Some(on.message), 100).await.unwrap().unwrap();
    assert_eq!((later.messages.last().unwrap().id, later.beside.len()), (replies[1], 0));
}

#[tokio::test]
async fn one_of_several_can_be_tried_again_while_the_others_run() {
    let mut store = Store::new().await;
    let new = NewMessage { also: vec!["other/b".into()], ..question("compare") };
    let Ok(Outcome::Together(sent)) = store.intend(Intent::Send(new)).await else { panic!("not begun") };
    store.grow(ended(sent[0], Some(Status::Failed))).await;
    let again = |reply| Intent::Continue { owner: OWNER, reply };
    assert_eq!(code(store.intend(again(sent[1].reply)).await), Code::ReplyRunning);
    assert!(matches!(store.intend(again(sent[0].reply)).await, Ok(Outcome::Begun { run: 2, .. })));
    assert_eq!(code(store.intend(again(sent[0].reply)).await), Code::ReplyRunning);
}

#[tokio::test]
async fn a_reply_with_a_hint_knows_what_it_is_to_differ_from() {
    let mut store = Store::new().await;
    let first = store.begin("explain").await;
    store.grow(grown(first, 0, "a long story")).await;
    store.grow(ended(first, Some(Status::Complete))).await;
    let again = Intent::Regenerate { owner: OWNER, reply: first.reply, model: None, hint: Some(Hint::Shorter) };
    let Ok(Outcome::Begun { sent: shorter, .. }) = store.intend(again).await else { panic!("not begun") };
    let reply = path(&store, first, None).await.pop().unwrap();
    assert_eq!((reply.id, reply.hint), (shorter.reply, Some(Hint::Shorter)));
    assert_eq!(store.library.revised(shorter.reply).await.unwrap().as_deref(), Some("a long story"));
    assert_eq!(store.library.revised(first.reply).await.unwrap(), None);
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
