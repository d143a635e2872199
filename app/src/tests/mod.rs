//! Whole pages as the server renders them, with a backend that says what the test wants.

mod fake;

use crate::{
    App,
    backend::{Backend, PageStatus},
    stream::example,
    text::Language,
    wire::{
        Code, CodeBlock, CodeSpan, Error, Formula, Part, PartKind, RequestId, Role, SendMessage, Sent, SpanClass,
        Status,
    },
};
use fake::{Fake, SENT};
use futures::{StreamExt, executor::block_on, future::join_all};
use leptos::prelude::*;
use leptos_meta::ServerMetaContext;
use leptos_router::location::RequestUrl;
use std::sync::{Arc, Mutex};

/// A page at this address, and the status that it set.
fn page(fake: &Arc<Fake>, path: &str) -> (String, Option<u16>) {
    let (html, status, _owner) = rendered(fake, path);
    (html, status)
}

/// The same, with what the page was made of.
fn rendered(fake: &Arc<Fake>, path: &str) -> (String, Option<u16>, Owner) {
    // Only the first call in the process sets it.
    let _ = any_spawner::Executor::init_futures_executor();
    let status = Arc::new(Mutex::new(None));
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context::<Arc<dyn Backend>>(fake.clone());
        provide_context(crate::markdown::renderer(Arc::new(fake::Typesetter)));
        let set = status.clone();
        provide_context(PageStatus(Arc::new(move |status| *set.lock().unwrap() = Some(status))));
        provide_context(RequestUrl::new(path));
        let (meta, _output) = ServerMetaContext::new();
        provide_context(meta);
        let stream = view! { <App /> }.to_html_stream_in_order();
        block_on(stream.collect::<String>())
    });
    let status = *status.lock().unwrap();
    (html, status, owner)
}

fn conversation_path() -> String {
    format!("/c/{}", example::CONVERSATION)
}

/// A page that is drawn while others are, by a thread of many.
async fn drawn_among_others(fake: &Arc<Fake>, path: &str, language: Language) -> String {
    let draw = async {
        let owner = Owner::new();
        let stream = owner.with(|| {
            provide_context::<Arc<dyn Backend>>(fake.clone());
            provide_context(crate::markdown::renderer(Arc::new(fake::Typesetter)));
            provide_context(RequestUrl::new(path));
            view! { <App /> }.to_html_stream_in_order()
        });
        stream.collect().await
    };
    language.throughout(draw).await
}

/// The text of elements with this attribute, tags and comments taken out.
fn texts(html: &str, attribute: &str) -> Vec<String> {
    let after = html.split(attribute).skip(1);
    let inner = after.filter_map(|rest| rest.split_once('>')?.1.split_once("</div>").map(|(inner, _)| inner));
    inner
        .map(|inner| inner.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect())
        .collect()
}

#[test]
fn a_new_chat_can_be_written_to() {
    let fake = Fake::with(vec![]);
    let (html, status) = page(&fake, "/");
    assert_eq!(status, None);
    assert!(html.contains("<textarea") && html.contains(r#"data-model="example/first""#), "{html}");
    assert!(html.contains("An example") && html.contains(&conversation_path()), "the sidebar is there: {html}");
}

#[test]
fn the_thread_is_in_the_page() {
    let text = "One.\n\nTwo:\n\n\n  - three 中文\n";
    let reply = example::message(2, Role::Assistant, Status::Streaming, text);
    let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello"), reply]);
    let (html, status) = page(&fake, &conversation_path());
    assert_eq!(status, None);
    assert_eq!(texts(&html, r#"data-part="text""#), ["hello", "One.Two:three 中文"]);
    assert!(html.contains("<li><p>three 中文</p></li>"), "a reply is Markdown: {html}");
    for attribute in [
        r#"data-message="00000000-0000-0000-0000-000000000002""#,
        r#"data-role="assistant""#,
        r#"data-status="streaming""#,
        r#"data-asked-again="0""#,
        r#"data-action="stop""#,
    ] {
        assert!(html.contains(attribute), "{attribute} in {html}");
    }
    assert!(!html.contains(" style="), "the CSP forbids it");
    let gets = fake.asked.lock().unwrap().iter().filter(|asked| *asked == "get").count();
    assert_eq!(gets, 1, "one read for messages and cursor");
}

#[test]
fn a_formula_is_typeset_before_the_page_wakes_up() {
    let text = "So $a$ and\n\n$$\nb\n$$\n";
    let reply = example::message(2, Role::Assistant, Status::Complete, text);
    let (html, _) = page(&Fake::with(vec![reply]), &conversation_path());
    assert!(html.contains("data-source=\"$$\nb\n$$\"><math><mi>\nb\n</mi></math></span>"), "{html}");
    assert!(html.contains("dir=\"ltr\">$a$</span>"), "what is not is as it was written: {html}");
}

/// A page held what only its own thread may drop, and the server answered every tenth request with nothing.
#[test]
fn a_page_may_be_dropped_by_another_thread_than_the_one_that_rendered_it() {
    let reply = example::message(2, Role::Assistant, Status::Streaming, "so far");
    let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello"), reply]);
    for path in ["/".to_owned(), conversation_path()] {
        let fake = fake.clone();
        let (_, _, owner) = std::thread::spawn(move || rendered(&fake, &path)).join().unwrap();
        drop(owner);
    }
}

#[test]
fn hostile_text_stays_text() {
    let text = r#"<script>alert(1)</script><img src=x onerror="alert(2)">&amp;</p></div>"#;
    let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, text)]);
    let (html, _) = page(&fake, &conversation_path());
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    assert!(html.contains("&amp;amp;"), "{html}");
    assert!(!html.contains("<script>alert") && !html.contains("<img"), "{html}");
}

#[test]
fn each_state_is_told_in_words() {
    let said = [
        (Status::Waiting, "Waiting for the model…"),
        (Status::Streaming, "Writing…"),
        (Status::Stopped, "You stopped this reply."),
        (Status::Failed, "The reply failed."),
        (Status::Interrupted, "The reply broke off."),
    ];
    for (status, words) in said {
        let mut reply = example::message(2, Role::Assistant, status, "so far");
        if status == Status::Failed {
            let error = Error::new(Code::ProviderKey, "the provider refused the key");
            reply.error = Some(error.hint("set `OPENAI_API_KEY`"));
        }
        let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello"), reply]);
        let (html, _) = page(&fake, &conversation_path());
        assert!(html.contains(words), "{words} in {html}");
        assert_eq!(html.contains(r#"data-action="regenerate""#), !status.is_running(), "{status:?}");
        assert_eq!(html.contains(r#"data-action="stop""#), status.is_running(), "{status:?}");
        let says_why = html.contains("The provider refused the key. Set “OPENAI_API_KEY”.");
        assert_eq!(says_why, status == Status::Failed);
    }
}

#[test]
fn reasoning_is_shown_apart() {
    let mut reply = example::message(2, Role::Assistant, Status::Complete, "Yes.");
    reply.parts.insert(0, Part { kind: PartKind::Reasoning, text: "Hm.".into(), ms: None });
    let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello"), reply]);
    let (html, _) = page(&fake, &conversation_path());
    assert!(html.contains("<details"), "{html}");
    assert_eq!(texts(&html, r#"data-part="reasoning""#), ["Hm."]);
    assert_eq!(texts(&html, r#"data-part="text""#), ["hello", "Yes."]);
}

#[test]
fn thoughts_say_how_long_they_took() {
    for (status, ms, words) in [
        (Status::Complete, Some(12_345), "Thought for 12 s"),
        (Status::Complete, Some(250), "Thought for a moment"),
        (Status::Complete, None, "Thought about it"),
        (Status::Streaming, Some(5_000), "Thinking… 5 s"),
    ] {
        let mut reply = example::message(2, Role::Assistant, status, "");
        reply.parts = vec![Part { kind: PartKind::Reasoning, text: "Hm.".into(), ms }];
        let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello"), reply]);
        let (html, _) = page(&fake, &conversation_path());
        assert!(html.contains(words), "{words} in {html}");
    }
}

#[test]
fn versions_are_counted_and_lead_to_each_other() {
    let mut question = example::message(1, Role::User, Status::Complete, "hello");
    question.siblings = vec![example::id(1), example::id(3), example::id(5)];
    let fake = Fake::with(vec![question, example::message(2, Role::Assistant, Status::Complete, "Hi")]);
    let (html, _) = page(&fake, &conversation_path());
    assert_eq!(html.matches("message-version").count(), 1, "only the question has others: {html}");
    assert!(html.contains("1 / 3") && html.contains(r#"aria-label="Later version""#), "{html}");
}

#[test]
fn the_address_names_the_branch_that_is_read() {
    let leaf = example::id(1).to_string();
    let asked = |query: &str| {
        let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello")]);
        page(&fake, &format!("{}{query}", conversation_path()));
        fake.asked.lock().unwrap().contains(&format!("through {leaf}"))
    };
    assert!(asked(&format!("?leaf={leaf}")));
    assert!(!asked("") && !asked("?leaf=nonsense"));
}

#[test]
fn what_came_to_nothing_offers_the_next_step() {
    let says = |status, text| {
        let reply = example::message(2, Role::Assistant, status, text);
        let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello"), reply]);
        page(&fake, &conversation_path()).0
    };
    for status in [Status::Failed, Status::Interrupted, Status::Stopped] {
        let html = says(status, "");
        assert_eq!(html.matches(r#"data-action="regenerate""#).count(), 1, "{html}");
        assert!(html.contains("Try again"), "{html}");
    }
    for status in [Status::Interrupted, Status::Stopped] {
        let html = says(status, "half of it");
        assert_eq!(html.matches(r#"data-action="continue""#).count(), 1, "{html}");
        assert_eq!(html.matches(r#"data-action="regenerate""#).count(), 1, "{html}");
        assert!(html.contains("Continue") && !html.contains("Try again"), "{html}");
    }
    let html = says(Status::Complete, "");
    assert!(html.contains("The model sent an empty reply."), "{html}");
    assert_eq!(
        html.matches(r#"data-action="copy""#).count(),
        1,
        "of the question; there is nothing else to copy: {html}"
    );
}

#[test]
fn the_conversations_model_is_chosen() {
    let reply = example::message(2, Role::Assistant, Status::Complete, "Hi");
    let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello"), reply]);
    let (html, _) = page(&fake, &conversation_path());
    assert!(html.contains(r#"data-model="example/model""#) && html.contains(r#"data-kind="local""#), "{html}");
}

#[test]
fn what_is_not_there_says_so_with_its_status() {
    let fake = Fake::with(vec![]);
    for path in ["/c/0190b5e0-0000-7000-8000-000000000001", "/c/nonsense", "/nowhere"] {
        let (html, status) = page(&fake, path);
        assert_eq!(status, Some(404), "{path}");
        assert!(html.contains("There is no such") && html.contains("Start a new chat"), "{html}");
    }
}

#[test]
fn without_a_server_behind_it_the_page_still_renders() {
    let _ = any_spawner::Executor::init_futures_executor();
    let html = Owner::new().with(|| {
        provide_context(RequestUrl::new("/"));
        block_on(view! { <App /> }.to_html_stream_in_order().collect::<String>())
    });
    assert!(html.contains("The server is not ready."), "{html}");
}

/// One thread draws them all, a step of each in turn.
#[test]
fn pages_that_are_drawn_at_once_keep_to_their_languages() {
    let _ = any_spawner::Executor::init_futures_executor();
    let mut reply = example::message(2, Role::Assistant, Status::Failed, "so far");
    reply.error = Some(Error::new(Code::ProviderKey, "OpenAI refused the key").hint("enter its key in the settings"));
    let fake = Fake::with(vec![example::message(1, Role::User, Status::Complete, "hello"), reply]);
    let path = conversation_path();
    for _ in 0..20 {
        let asked = ["/", path.as_str(), "/settings", "/nowhere"].into_iter();
        let asked = asked.flat_map(|path| Language::ALL.map(|language| (path, language)));
        let drawn =
            asked.map(async |(path, language)| (path, language, drawn_among_others(&fake, path, language).await));
        for (path, language, html) in block_on(join_all(drawn)) {
            let english = [
                "New chat",
                "Settings",
                "Conversations",
                "Your message",
                "There is no",
                "refused the key",
                "The reply failed",
            ];
            let chinese = ["新对话", "设置", "对话列表", "你的消息", "没有这个页面", "拒绝了密钥", "回复失败。"];
            let (own, other) = if language == Language::Chinese { (chinese, english) } else { (english, chinese) };
            let least = if path == "/settings" { 3 } else { 4 };
            assert!(own.iter().filter(|words| html.contains(**words)).count() >= least, "{path} {language:?}: {html}");
            assert!(!other.iter().any(|words| html.contains(words)), "{path} {language:?}: {html}");
        }
    }
}

mod calls {
    use super::*;
    use crate::{
        chat::{
            composer::send_message,
            highlight::{highlight_code, typeset_math},
            reading::mark_read,
            reply::{choose_branch, continue_reply, regenerate_reply, stop_reply},
        },
        sidebar::{
            deleted::{delete_conversation, undelete_conversation},
            rename::rename_conversation,
        },
    };
    use leptos::reactive::computed::ScopedFuture;

    fn ask<T>(fake: &Arc<Fake>, call: impl Future<Output = Result<T, Error>> + Send + 'static) -> T {
        Owner::new().with(|| {
            provide_context::<Arc<dyn Backend>>(fake.clone());
            block_on(ScopedFuture::new(call)).unwrap()
        })
    }

    #[test]
    fn reach_the_backend() {
        let fake = Fake::with(vec![]);
        let request = RequestId::new();
        let message = SendMessage {
            request,
            conversation: None,
            parent: Some(SENT.reply),
            edits: Some(SENT.message),
            text: "hi".into(),
            images: vec!["aa-1x1.png".into()],
            pastes: vec!["long".into()],
            model: None,
            also: vec!["a/c".into()],
            setup: None,
        };
        let sent = ask(&fake, send_message(message));
        assert_eq!(sent, SENT);
        ask(&fake, stop_reply(SENT.reply));
        ask(&fake, regenerate_reply(SENT.reply, Some("a/b".into()), Some(crate::wire::Hint::Shorter)));
        ask(&fake, choose_branch(SENT.reply));
        ask(&fake, continue_reply(SENT.reply));
        ask(&fake, mark_read(SENT.conversation, 7));
        let block = CodeBlock { language: "rs".into(), code: "fn".into() };
        let spans = ask(&fake, highlight_code(vec![block]));
        assert_eq!(spans, [[CodeSpan { class: SpanClass::Keyword, bytes: 2 }]]);
        let formula = |display| Formula { source: "x".into(), display };
        let made = ask(&fake, typeset_math(vec![formula(true), formula(false)]));
        assert_eq!(made, [Some("<math><mi>x</mi></math>".to_owned()), None]);
        ask(&fake, delete_conversation(SENT.conversation));
        ask(&fake, undelete_conversation(SENT.conversation));
        let renamed = ask(&fake, rename_conversation(SENT.conversation, "Trees".into(), 3));
        assert_eq!((renamed.title.as_str(), renamed.version), ("Trees", 4));
        let asked = fake.asked.lock().unwrap();
        let Sent { conversation, message, reply } = SENT;
        let sent = format!(
            r#"{{"request":"{request}","conversation":null,"parent":"{reply}","edits":"{message}","text":"hi","images":["aa-1x1.png"],"pastes":["long"],"model":null,"also":["a/c"]}}"#
        );
        assert_eq!(
            *asked,
            [
                sent,
                format!("stop {reply}"),
                format!(r#"regenerate {reply} by Some("a/b"), Some(Shorter)"#),
                format!("choose {reply}"),
                format!("continue {reply}"),
                format!("read {conversation} to 7"),
                "highlight".into(),
                "typeset".into(),
                format!("delete {conversation}"),
                format!("undelete {conversation}"),
            ]
        );
    }
}
