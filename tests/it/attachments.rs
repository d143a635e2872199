//! Images: what is taken in, what a model is shown, who gets them back, and when their files go.

use crate::server::{Answer, Server, answer, message};
use app::wire::{Attachment, Code, ConversationId, MOST_PASTES, Message, PartKind, SendMessage, Sent, Status};
use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::{Method, StatusCode, header};
use serde_json::json;
use std::{io::Cursor, path::PathBuf};

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| [x as u8, y as u8, 9].into());
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

impl Server {
    async fn upload(&self, kind: &str, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, "/api/attachments");
        answer(request.header(header::CONTENT_TYPE, kind).body(bytes)).await
    }

    async fn attach(&self, kind: &str, bytes: Vec<u8>) -> String {
        let Answer { status, body } = self.upload(kind, bytes).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value::<Attachment>(body).unwrap().name
    }

    async fn show(&self, model: &str, images: &[&String], text: &str) -> Sent {
        let images = images.iter().map(ToString::to_string).collect();
        self.call("send_message", &SendMessage { images, ..message(model, text) }).await
    }

    async fn image(&self, message: &Message, part: usize) -> reqwest::Response {
        let path = format!("/api/messages/{}/images/{part}", message.id);
        self.request(Method::GET, &path).send().await.unwrap()
    }

    /// As if a minute had gone by since all that was deleted.
    fn pass_a_minute(&self) {
        let database = rusqlite::Connection::open(self.folder.path().join("brooklet.db")).unwrap();
        database.execute("update conversations set deleted_at = deleted_at - 60000", []).unwrap();
    }

    fn files(&self) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.folder.path().join("attachments"));
        folder.into_iter().flatten().map(|file| file.unwrap().path()).collect()
    }
}

#[tokio::test]
async fn a_model_is_shown_an_image_and_its_person_gets_it_back() {
    let server = Server::start().await;
    let png = server.attach("image/png", picture(30, 20, ImageFormat::Png)).await;
    let jpeg = server.attach("image/jpeg", picture(40, 50, ImageFormat::Jpeg)).await;
    assert!(png.ends_with("-30x20.png") && jpeg.ends_with("-40x50.jpg"), "{png} {jpeg}");

    let sent = server.show("see", &[&png, &jpeg], "what is it?").await;
    assert_eq!(server.read(sent).await.text(), "what is it? [image/png, image/jpeg]");

    let shown = server.stored(sent, sent.message).await;
    let parts: Vec<_> = shown.parts.iter().map(|part| (part.kind, part.text.as_str())).collect();
    assert_eq!(parts, [(PartKind::Image, &*png), (PartKind::Image, &*jpeg), (PartKind::Text, "what is it?")]);
    let answer = server.image(&shown, 1).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "private, max-age=31536000, immutable");
    assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let read = image::load_from_memory(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!((read.width(), read.height()), (40, 50));
    for part in [2, 3, usize::MAX] {
        assert_eq!(server.image(&shown, part).await.status(), StatusCode::NOT_FOUND, "{part}");
    }
    // Later turns show it again, and no text is needed.
    let follow_up = SendMessage { conversation: Some(sent.conversation), ..message("see", "and now?") };
    let next: Sent = server.call("send_message", &follow_up).await;
    assert_eq!(server.read(next).await.text(), "and now? []");
    let asked = server.upstream.exchange(1).await;
    let content = asked.body["messages"][0]["content"].as_array().unwrap();
    assert_eq!(content.iter().filter(|part| part["type"] == "image_url").count(), 2);
    let alone = server.show("see", &[&png], "").await;
    assert_eq!(server.read(alone).await.text(), " [image/png]");
    assert_eq!(server.page(alone).await.summary.title, "Image");
}

#[tokio::test]
async fn the_same_picture_is_one_file_that_only_its_owner_can_read() {
    let server = Server::start().await;
    let one = server.attach("image/png", picture(3, 3, ImageFormat::Png)).await;
    let two = server.attach("image/bmp", picture(3, 3, ImageFormat::Png)).await;
    assert_eq!(one, two, "what it is said to be does not count");
    let [file] = &server.files()[..] else { panic!("{:?}", server.files()) };
    assert!(file.ends_with(&one));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));
    }
}

#[tokio::test]
async fn a_draft_shows_again_what_was_uploaded_for_it_and_nothing_else() {
    let server = Server::start().await;
    let name = server.attach("image/png", picture(3, 3, ImageFormat::Png)).await;
    let read = async |name: &str| {
        let answer = server.request(Method::GET, &format!("/api/attachments/{name}")).send().await.unwrap();
        (answer.status(), answer.headers().get(header::CONTENT_TYPE).cloned())
    };
    assert_eq!(read(&name).await, (StatusCode::OK, Some(header::HeaderValue::from_static("image/png"))));
    std::fs::write(server.folder.path().join("attachments/aa-1x1.png"), "of nobody").unwrap();
    for other in ["aa-1x1.png", "..%2Fbrooklet.db", "%2e%2e%2fkey", "x"] {
        assert_eq!(read(other).await.0, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words_and_leaves_nothing_behind() {
    let server = Server::start().await;
    let whole = picture(64, 64, ImageFormat::Png);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    for bytes in [Vec::new(), b"GIF89a".to_vec(), svg, b"<!doctype html>".to_vec(), whole[..whole.len() / 2].to_vec()] {
        let error = server.upload("image/png", bytes).await.error();
        assert_eq!((error.code, error.hint.as_deref()), (Code::Invalid, Some("use PNG, JPEG, WebP or GIF")));
    }
    let error = server.upload("image/png", vec![0; 21 * 1024 * 1024]).await.error();
    assert_eq!((error.code, &*error.message), (Code::TooLarge, "the image is too large: the limit is 20 MiB"));
    let error = server.upload("text/html", whole).await.error();
    assert_eq!(error.code, Code::UnsupportedMediaType);
    assert!(server.files().is_empty());
}

#[tokio::test]
async fn a_message_with_images_that_cannot_be_is_refused_before_it_is_stored() {
    let server = Server::start().await;
    let name = server.attach("image/png", picture(3, 3, ImageFormat::Png)).await;
    let refused = async |model: &str, images: Vec<String>| {
        let answer = server.post("send_message", &SendMessage { images, ..message(model, "look") }).await;
        let error = answer.error();
        (error.code, error.message)
    };
    let guide = SendMessage { model: Some("brooklet/guide".into()), images: vec![name.clone()], ..message("", "look") };
    assert_eq!(server.post("send_message", &guide).await.error().message, "this model cannot see images");
    let blind = refused("blind", vec![name.clone()]).await;
    assert_eq!(blind, (Code::Invalid, "this model cannot see images".into()));
    let many = refused("see", vec![name.clone(); 11]).await;
    assert_eq!(many, (Code::Invalid, "10 images are the most for one message".into()));
    for other in ["../brooklet.db", "", "aa-1x1.png", "..\\x-1x1.png"] {
        let (code, _) = refused("see", vec![other.into()]).await;
        assert_eq!(code, Code::NotFound, "{other}");
    }
    let list = server.call::<app::wire::ConversationList>("list_conversations", &json!({})).await;
    assert!(list.conversations.is_empty());
}

#[tokio::test]
async fn a_model_that_sees_nothing_hears_that_there_was_an_image_but_is_not_asked_about_one() {
    let server = Server::start().await;
    let name = server.attach("image/png", picture(3, 3, ImageFormat::Png)).await;
    let sent = server.show("see", &[&name], "what is it?").await;
    server.read(sent).await;
    let again = json!({"reply": sent.reply, "model": "openai/blind"});
    let blind: Sent = server.call("regenerate_reply", &again).await;
    let reply = server.read(blind).await;
    assert_eq!(reply.status, Status::Failed);
    assert_eq!(reply.error.unwrap().message, "this model cannot see images");

    let follow_up =
        SendMessage { conversation: Some(sent.conversation), parent: Some(sent.reply), ..message("blind", "and?") };
    let next: Sent = server.call("send_message", &follow_up).await;
    assert_eq!(server.read(next).await.text(), "and?");
    let asked = server.upstream.exchange(1).await;
    assert_eq!(asked.body["messages"][0]["content"], "[an image that is not shown to you]\nwhat is it?");
}

#[tokio::test]
async fn an_image_whose_file_is_gone_is_told_of_and_harms_no_later_turn() {
    let server = Server::start().await;
    let name = server.attach("image/png", picture(3, 3, ImageFormat::Png)).await;
    let sent = server.show("see", &[&name], "what is it?").await;
    server.read(sent).await;
    std::fs::remove_file(&server.files()[0]).unwrap();
    let shown = server.stored(sent, sent.message).await;
    assert_eq!(server.image(&shown, 0).await.status(), StatusCode::NOT_FOUND);
    let again: Sent = server.call("regenerate_reply", &json!({"reply": sent.reply, "model": null})).await;
    let error = server.read(again).await.error.unwrap();
    assert_eq!(error.message, "an image of this message cannot be read any more");
    let follow_up =
        SendMessage { conversation: Some(sent.conversation), parent: Some(sent.reply), ..message("see", "and?") };
    let next: Sent = server.call("send_message", &follow_up).await;
    assert_eq!(server.read(next).await.status, Status::Complete);
}

#[tokio::test]
async fn files_of_nobody_go_at_the_start_and_with_their_last_message() {
    let server = Server::start().await;
    let [kept, gone] = [(3, 3), (4, 4)].map(|(width, height)| picture(width, height, ImageFormat::Png));
    let (kept, gone) = (server.attach("image/png", kept).await, server.attach("image/png", gone).await);
    let (one, two) = (server.show("see", &[&kept], "one").await, server.show("see", &[&gone, &kept], "two").await);
    server.read(one).await;
    server.read(two).await;
    let folder = server.folder.path().join("attachments");
    let names = || {
        let mut names: Vec<_> = server.files().iter().map(|file| file.file_name().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    // A crash left a file without its row, and one that was not whole; and a person put one there.
    for left in ["aa-1x1.png", "0123.part", "notes.txt"] {
        std::fs::write(folder.join(left), "left").unwrap();
    }
    server.attachments.sweep().await.unwrap();
    let mut expected = [kept.as_str(), &gone, "notes.txt"];
    expected.sort_unstable();
    assert_eq!(names(), expected);

    let ConversationId(id) = two.conversation;
    let _: () = server.call("delete_conversation", &json!({ "conversation": id })).await;
    while server.attachments.purge().await.unwrap() {}
    assert_eq!(names(), expected, "for a minute it can be taken back");
    server.pass_a_minute();
    while server.attachments.purge().await.unwrap() {}
    assert_eq!(names(), [kept.as_str(), "notes.txt"]);
}

#[tokio::test]
async fn a_deleted_conversation_shows_no_image_any_more() {
    let server = Server::start().await;
    let name = server.attach("image/png", picture(3, 3, ImageFormat::Png)).await;
    let sent = server.show("see", &[&name], "look").await;
    server.read(sent).await;
    let shown = server.stored(sent, sent.message).await;
    assert_eq!(server.image(&shown, 0).await.status(), StatusCode::OK);
    let ConversationId(id) = sent.conversation;
    let _: () = server.call("delete_conversation", &json!({ "conversation": id })).await;
    assert_eq!(server.image(&shown, 0).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_model_reads_what_was_pasted_before_what_is_said_about_it() {
    let server = Server::start().await;
    let ask = |pastes: &[&str], text: &str| SendMessage {
        pastes: pastes.iter().map(ToString::to_string).collect(),
        ..message("echo", text)
    };
    let sent: Sent = server.call("send_message", &ask(&["fn one\n", "two\0"], "which is it?")).await;
    let reply = server.read(sent).await;
    assert_eq!(reply.text(), "<pasted>\nfn one\n</pasted>\n\n<pasted>\ntwo\u{fffd}\n</pasted>\n\nwhich is it?");
    let page = server.page(sent).await;
    assert_eq!(page.summary.title, "which is it?");
    let parts: Vec<_> = page.messages[0].parts.iter().map(|part| (part.kind, part.text.as_str())).collect();
    let pasted = [(PartKind::Paste, "fn one\n"), (PartKind::Paste, "two\u{fffd}"), (PartKind::Text, "which is it?")];
    assert_eq!(parts, pasted);

    let alone: Sent = server.call("send_message", &ask(&["nothing but this"], "")).await;
    assert_eq!(server.read(alone).await.text(), "<pasted>\nnothing but this\n</pasted>");
    assert_eq!(server.page(alone).await.summary.title, "nothing but this");

    let many = vec!["x"; MOST_PASTES + 1];
    for wrong in [ask(&[" ", "\n"], ""), ask(&many, "too many")] {
        assert_eq!(server.post("send_message", &wrong).await.error().code, Code::Invalid);
    }
}
