//! Images that people uploaded: which messages may show them, and when they go.

use super::*;
use brooklet::store::UNDELETE;
use uuid::Uuid;

/// Nobody's in particular: the store does not read them.
const NAME: &str = "aa-1x1.png";
const OTHER: &str = "bb-2x2.jpg";

/// In hours: what no message shows is kept for a draft that waits.
const WEEK: i64 = 7 * 24;

impl Store {
    async fn keep(&mut self, owner: Owner, name: &str) {
        let kept = self.intend(Intent::KeepAttachment { owner, name: name.into() }).await;
        assert_eq!(kept, Ok(Outcome::Done));
    }

    async fn show(&mut self, names: &[&str], text: &str) -> Result<Outcome, app::wire::Error> {
        let images = names.iter().map(ToString::to_string).collect();
        self.intend(Intent::Send(NewMessage { images, ..question(text) })).await
    }

    async fn kept(&self, names: &[&str]) -> Vec<String> {
        self.library.attachments(None, names.iter().map(ToString::to_string).collect()).await.unwrap()
    }

    /// As if so long had gone by since all images were let go, and all conversations deleted.
    fn wait(&self, hours: i64) {
        let ms = hours * 60 * 60 * 1000;
        self.beside().execute("update attachments set loose_at = loose_at - ?1", [ms]).unwrap();
        let ms = ms + UNDELETE.as_millis() as i64;
        self.beside().execute("update conversations set deleted_at = deleted_at - ?1", [ms]).unwrap();
    }
}

fn begun(outcome: Result<Outcome, app::wire::Error>) -> Sent {
    let Ok(Outcome::Begun { sent, .. }) = outcome else { panic!("{outcome:?}") };
    sent
}

#[tokio::test]
async fn a_message_shows_images_before_its_text_and_so_is_a_model_shown_them() {
    let mut store = Store::new().await;
    store.keep(OWNER, NAME).await;
    store.keep(OWNER, OTHER).await;
    let sent = begun(store.show(&[OTHER, NAME], "which is older?").await);
    let (message, _) = store.library.message(OWNER, sent.message).await.unwrap().unwrap();
    let parts: Vec<_> = message.parts.iter().map(|part| (part.kind, part.text.as_str())).collect();
    assert_eq!(parts, [(PartKind::Image, OTHER), (PartKind::Image, NAME), (PartKind::Text, "which is older?")]);
    let images = vec![OTHER.to_owned(), NAME.to_owned()];
    let said = Said { role: Role::User, text: "which is older?".into(), images, pastes: Vec::new() };
    assert_eq!(store.library.prompt(sent.message).await.unwrap(), [said]);

    let alone = begun(store.show(&[NAME], "").await);
    let (message, _) = store.library.message(OWNER, alone.message).await.unwrap().unwrap();
    assert_eq!(message.parts.len(), 1, "no text is no part");
}

#[tokio::test]
async fn an_image_that_one_did_not_upload_is_refused_and_nothing_is_stored() {
    let mut store = Store::new().await;
    store.keep(Uuid::from_u128(7), NAME).await;
    store.keep(OWNER, OTHER).await;
    for names in [[OTHER, NAME], [OTHER, "cc-3x3.png"]] {
        assert_eq!(code(store.show(&names, "look").await), Code::NotFound);
    }
    assert!(store.library.list(OWNER, None, 10).await.unwrap().rows.is_empty());
    store.wait(WEEK + 1);
    assert_eq!(store.purge().await, [NAME, OTHER], "a message that was refused shows nothing");
}

#[tokio::test]
async fn what_no_message_shows_goes_after_a_week_and_what_one_shows_stays() {
    let mut store = Store::new().await;
    store.keep(OWNER, NAME).await;
    store.keep(OWNER, OTHER).await;
    begun(store.show(&[NAME], "look").await);
    // Uploaded once more, for a draft that is never sent.
    store.keep(OWNER, NAME).await;
    store.wait(WEEK - 1);
    assert_eq!(store.purge().await, [""; 0]);
    store.wait(2);
    assert_eq!(store.purge().await, [OTHER]);
    assert_eq!(store.kept(&[NAME, OTHER]).await, [NAME]);
    store.wait(1000);
    assert_eq!(store.purge().await, [""; 0], "it is shown");
}

#[tokio::test]
async fn the_images_of_a_deleted_conversation_go_with_it_unless_another_one_shows_them() {
    let mut store = Store::new().await;
    let stranger = Uuid::from_u128(7);
    for name in [NAME, OTHER] {
        store.keep(OWNER, name).await;
    }
    let one = begun(store.show(&[NAME, OTHER], "one").await);
    let two = begun(store.show(&[NAME], "two").await);
    store.keep(stranger, OTHER).await;
    store.intend(Intent::Delete { owner: OWNER, conversation: one.conversation }).await.unwrap();
    assert_eq!(store.purge().await, [""; 0], "it can be taken back");
    store.wait(0);
    assert_eq!(store.purge().await, [""; 0], "one is shown elsewhere, the other is somebody's draft");
    store.wait(WEEK + 1);
    assert_eq!(store.purge().await, [OTHER]);
    store.intend(Intent::Delete { owner: OWNER, conversation: two.conversation }).await.unwrap();
    store.wait(0);
    assert_eq!(store.purge().await, [NAME]);
}
