//! Every format against the scripted upstream, over a real connection: the same is said, and the same is heard.

use crate::openai::{KEY, Pushed, soon};
use app::wire::Role;
use brooklet::providers::{
    Chunk, Error, Image, KeyFrom, PromptMessage, Provider, Request,
    remote::{Dialect, Format, Options, Remote},
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use upstream::{Exchange, Step, Upstream};

const FORMATS: [Format; 5] = [Format::Chat, Format::Responses, Format::Anthropic, Format::Gemini, Format::Ollama];

pub fn remote(upstream: &Upstream, format: Format) -> Remote {
    let base_url = match format {
        Format::Chat | Format::Responses | Format::Anthropic => upstream.url(),
        Format::Gemini => format!("{}/v1beta", upstream.root()),
        Format::Ollama => upstream.root(),
    };
    Remote::new(Options {
        id: "test".into(),
        name: "Test".into(),
        base_url,
        key: Some(KEY.into()),
        only: vec![],
        key_from: KeyFrom::Nowhere,
        source: "TEST".into(),
        dialect: Dialect { format, ..Dialect::PLAIN },
        guessed: false,
    })
    .unwrap()
}

/// Asks to the end.
pub async fn hear(remote: &Remote, request: Request) -> (Vec<Chunk>, Result<(), Error>) {
    let (sender, mut chunks) = unbounded_channel();
    let result = soon(remote.reply(request, &mut Pushed(sender))).await;
    let mut heard = Vec::new();
    while let Ok(chunk) = chunks.try_recv() {
        heard.push(chunk);
    }
    (heard, result)
}

pub fn text(chunks: &[Chunk]) -> String {
    let texts =
        chunks.iter().filter_map(|chunk| if let Chunk::Text(text) = chunk { Some(text.as_str()) } else { None });
    texts.collect()
}

fn reasoning(chunks: &[Chunk]) -> String {
    let all =
        chunks.iter().filter_map(|chunk| if let Chunk::Reasoning(text) = chunk { Some(text.as_str()) } else { None });
    all.collect()
}

pub fn ask(model: &str, text: &str) -> Request {
    Request::new(model, vec![PromptMessage::new(Role::System, "be brief"), PromptMessage::new(Role::User, text)])
}

#[tokio::test]
async fn what_is_said_is_heard_with_its_thoughts_its_counts_and_its_end() {
    for format in FORMATS {
        let upstream = Upstream::start().await;
        let remote = remote(&upstream, format);
        for (n, (model, said)) in
            [("echo", "one two 三 😀"), ("think", "a b"), ("count", "count 500 1000000")].into_iter().enumerate()
        {
            let (chunks, result) = hear(&remote, ask(model, said)).await;
            assert_eq!(result, Ok(()), "{format:?} {model}");
            let sent = upstream.exchange(n).await.so_far();
            assert_eq!((text(&chunks), reasoning(&chunks)), (sent.text, sent.reasoning), "{format:?} {model}");
            assert!(chunks.contains(&Chunk::Finish("stop".into())), "{format:?}: {chunks:?}");
            let usage =
                chunks.iter().rev().find_map(|chunk| if let Chunk::Usage(usage) = chunk { Some(*usage) } else { None });
            assert_eq!(usage.and_then(|usage| usage.input_tokens), Some(7), "{format:?}");
        }
    }
}

#[tokio::test]
async fn images_are_seen_in_every_format() {
    for format in FORMATS {
        let upstream = Upstream::start().await;
        let image = Image { media_type: "image/jpeg", bytes: b"jpeg".as_slice().into() };
        for (n, said) in ["which?", ""].into_iter().enumerate() {
            let message = PromptMessage { images: vec![image.clone(); 2], ..PromptMessage::new(Role::User, said) };
            let (chunks, result) = hear(&remote(&upstream, format), Request::new("see", vec![message])).await;
            let kind = if format == Format::Ollama { "image" } else { "image/jpeg" };
            assert_eq!((text(&chunks), result), (format!("{said} [{kind}, {kind}]"), Ok(())), "{format:?}");
            let body = upstream.exchange(n).await.body.to_string();
            assert_eq!(body.matches(&image.base64()).count(), 2, "{format:?}: {body}");
        }
    }
}

#[tokio::test]
async fn the_key_goes_where_the_format_has_it_and_the_system_prompt_too() {
    for (format, header, value) in [
        (Format::Chat, "authorization", format!("Bearer {KEY}")),
        (Format::Responses, "authorization", format!("Bearer {KEY}")),
        (Format::Anthropic, "x-api-key", KEY.to_owned()),
        (Format::Gemini, "x-goog-api-key", KEY.to_owned()),
        (Format::Ollama, "authorization", format!("Bearer {KEY}")),
    ] {
        let upstream = Upstream::start().await;
        hear(&remote(&upstream, format), ask("echo", "hi")).await.1.unwrap();
        let exchange = upstream.exchange(0).await;
        assert_eq!(exchange.header(header), Some(value.as_str()), "{format:?}");
        let carrying = exchange.headers.iter().filter(|(_, value)| value.contains(KEY)).count();
        assert_eq!((carrying, exchange.path.contains(KEY)), (1, false), "{format:?}");
        assert!(exchange.body.to_string().contains("be brief"), "{format:?}: {}", exchange.body);
    }
}

#[tokio::test]
async fn models_are_listed_as_each_lists_them() {
    for format in FORMATS {
        let upstream = Upstream::start().await;
        let models = remote(&upstream, format).models().await.unwrap();
        let id = if format == Format::Gemini { "test/models/echo" } else { "test/echo" };
        assert_eq!((models[0].id.as_str(), models[0].name.as_str()), (id, "echo"), "{format:?}");
    }
}

#[tokio::test]
async fn ollama_is_asked_what_each_of_its_models_can_do() {
    let upstream = Upstream::start().await;
    let models = remote(&upstream, Format::Ollama).models().await.unwrap();
    let facts = |name: &str| models.iter().find(|model| model.name == name).unwrap().facts.unwrap();
    let (see, think, blind) = (facts("see"), facts("think"), facts("blind"));
    assert_eq!((see.images, see.thinks, see.tools, see.context), (Some(true), Some(false), Some(false), Some(8192)));
    assert_eq!((think.images, think.thinks, think.tools), (Some(false), Some(true), Some(true)));
    assert_eq!((blind.images, blind.thinks, blind.context), (None, None, None), "an older server does not tell");
}

/// Each word behind a gate.
pub async fn gated(format: Format) -> (Upstream, UnboundedReceiver<Chunk>, tokio::task::JoinHandle<Result<(), Error>>) {
    let upstream = Upstream::start().await;
    let remote = remote(&upstream, format);
    let (sender, chunks) = unbounded_channel();
    let reply = tokio::spawn(async move { remote.reply(ask("gated", "one two"), &mut Pushed(sender)).await });
    (upstream, chunks, reply)
}

#[tokio::test]
async fn each_token_is_heard_as_it_comes_and_dropping_the_reply_closes_the_connection() {
    for format in FORMATS {
        let (upstream, mut chunks, reply) = gated(format).await;
        let exchange: std::sync::Arc<Exchange> = soon(upstream.exchange(0)).await;
        if format == Format::Responses {
            assert_eq!(soon(chunks.recv()).await, Some(Chunk::Bookmark("resp_0 0".into())));
        }
        exchange.release();
        assert_eq!(soon(chunks.recv()).await, Some(Chunk::Text("one ".into())), "{format:?}");
        assert!(chunks.try_recv().is_err(), "{format:?}");
        reply.abort();
        soon(exchange.closed()).await;
    }
}

#[tokio::test]
async fn a_break_is_a_cut_and_a_refusal_is_told() {
    for format in FORMATS {
        let upstream = Upstream::start().await;
        let remote = remote(&upstream, format);
        upstream.script("m", vec![Step::stream(), Step::text("This reply"), Step::text(" breaks")]);
        let (chunks, result) = hear(&remote, ask("m", "hi")).await;
        assert_eq!(
            (text(&chunks).as_str(), result),
            ("This reply breaks", Err(Error::Cut { provider: "Test".into() }))
        );
        let refused = hear(&remote, ask("refuse-401", "hi")).await.1.unwrap_err();
        assert!(matches!(refused, Error::Key { .. }), "{format:?}: {refused}");
        let unknown = hear(&remote, ask("nobody", "hi")).await.1.unwrap_err();
        assert!(matches!(unknown, Error::NoModel { .. }), "{format:?}: {unknown}");
    }
}
