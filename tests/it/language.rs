//! Pages in the language of whoever asks. That pages which are drawn at once keep to theirs, `app/src/tests` holds.

use crate::server::Server;
use app::wire::Status;
use reqwest::{Method, StatusCode, header};

const CHINESE: &str = "zh-CN,zh;q=0.9,en;q=0.8";
const ENGLISH: &str = "en-US,en;q=0.9";

impl Server {
    async fn drawn(&self, path: &str, accepted: &str, cookies: &str) -> (StatusCode, String) {
        let request = self.request(Method::GET, path).header(header::ACCEPT_LANGUAGE, accepted);
        let answer = request.header(header::COOKIE, cookies).send().await.unwrap();
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        // A browser keeps pages for the way back.
        assert_eq!(answer.headers()[header::VARY], "accept-language, cookie");
        (answer.status(), answer.text().await.unwrap())
    }
}

/// What a person reads or is read out: texts between tags, and the attributes that are words.
fn words(page: &str) -> Vec<String> {
    let mut words = vec![];
    let mut rest = page;
    while let Some((text, tag)) = rest.split_once('<') {
        words.push(text.trim().to_owned());
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        for name in ["aria-label", "title", "placeholder", "alt"] {
            let value = tag.split_once(&format!(" {name}=\"")).and_then(|(_, value)| value.split_once('"'));
            words.extend(value.map(|(value, _)| value.to_owned()));
        }
        let skipped = tag.starts_with("script").then(|| after.split_once("</script>")).flatten();
        rest = skipped.map_or(after, |(_, after)| after);
    }
    words.retain(|text| !text.is_empty());
    words
}

fn is_han(char: char) -> bool {
    matches!(char, '\u{4e00}'..='\u{9fff}')
}

/// English words of a Chinese page that are none of its own: names, and what people and models wrote.
fn foreign(words: &[String], names: &[&str]) -> Vec<String> {
    let left = |text: &String| names.iter().fold(text.clone(), |text, name| text.replace(name, ""));
    let has_word = |text: &String| text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 1);
    words.iter().filter(|text| !text.starts_with("openai/")).map(left).filter(has_word).collect()
}

#[tokio::test]
async fn the_choice_comes_first_then_the_browser_then_english() {
    let server = Server::start().await;
    for (accepted, cookies, lang) in [
        (CHINESE, "", "zh-CN"),
        (ENGLISH, "", "en"),
        ("fr", "", "en"),
        (CHINESE, "brooklet_language=en", "en"),
        (ENGLISH, "a=b; brooklet_language=zh", "zh-CN"),
        ("zh;q=x,,;,*;q=7", "brooklet_language=<script>", "en"),
    ] {
        let (_, page) = server.drawn("/", accepted, cookies).await;
        assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{accepted} {cookies}: {page:.200}");
        assert_eq!(page.contains("你的消息"), lang == "zh-CN");
    }
}

#[tokio::test]
async fn a_chinese_page_holds_no_english_word_and_an_english_one_no_chinese() {
    let server = Server::start().await;
    let failed = server.send("refuse-401", "what is a brook?").await;
    assert_eq!(server.read(failed).await.status, Status::Failed);
    let path = format!("/c/{}", failed.conversation);
    let names = [
        "Brooklet",
        "OpenAI",
        "Ollama",
        "Language",
        "JavaScript",
        "what is a brook?",
        "refuse-401",
        "OPENAI_API_KEY",
        "Incorrect API key provided",
    ];
    for path in ["/", &path, "/settings", "/nowhere", "/c/nonsense"] {
        let (status, page) = server.drawn(path, CHINESE, "").await;
        let words = words(&page);
        assert!(words.len() > 15, "{path}: {words:?}");
        // The first model of the upstream's list is chosen.
        let chosen = page.split_once("data-model=\"openai/").and_then(|(_, rest)| rest.split_once('"'));
        let names: Vec<_> = names.into_iter().chain(chosen.map(|(model, _)| model)).collect();
        assert_eq!(foreign(&words, &names), Vec::<String>::new(), "{path}");
        let (english_status, page) = server.drawn(path, ENGLISH, "").await;
        let chinese: Vec<_> = self::words(&page).into_iter().filter(|text| text.chars().any(is_han)).collect();
        assert!(chinese.iter().all(|text| text == "Language · 语言"), "{path}: {chinese:?}");
        assert_eq!(status, english_status);
    }
}
