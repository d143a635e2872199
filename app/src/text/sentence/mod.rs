//! Errors as a person reads them on the page.
//!
//! The server makes them in English, since programs get them too and a reply keeps its own for good. On a page in another language
//! `translated` looks their words up.

mod chinese;
mod translated;

use super::Language;
use crate::wire::Error;
use std::borrow::Cow;
use translated::translated;

/// An error as sentences: what happened, and what to do next.
pub fn sentence(error: &Error) -> Cow<'static, str> {
    sentences(&error.message, error.hint.as_deref())
}

/// The same, with what the provider itself said: for who sets it up.
pub fn sentence_in_full(error: &Error) -> Cow<'static, str> {
    match &error.detail {
        Some(detail) => sentences(&format!("{}: {detail}", error.message), error.hint.as_deref()),
        None => sentence(error),
    }
}

/// What happened and what to do next, as sentences.
pub fn sentences(message: &str, hint: Option<&str>) -> Cow<'static, str> {
    let whole = std::iter::once(message).chain(hint).map(said).reduce(|first, second| joined(&first, &second));
    whole.unwrap_or_default().into()
}

/// The same as a sentence each, for a page of plain words.
pub fn paragraphs(error: &Error) -> Vec<String> {
    std::iter::once(&error.message).chain(&error.hint).map(|text| said(text)).collect()
}

/// What the server calls a thing in words of its own, such as `the settings page`. A name stays a name.
pub fn called(name: &str) -> Cow<'_, str> {
    match Language::spoken() {
        Language::English => name.into(),
        Language::Chinese => match name.split_once(" and ") {
            Some((one, other)) => format!("{one} 和 {other}").into(),
            None => translated(name).map_or(name.into(), Cow::Owned),
        },
    }
}

/// Two sentences, one behind the other: a full-width mark has its own space.
pub fn joined(first: &str, second: &str) -> String {
    let space = if first.is_empty() || first.ends_with(['。', '！', '？', '…']) { "" } else { " " };
    format!("{first}{space}{second}")
}

/// A fragment of the server's as a sentence of this page.
fn said(text: &str) -> String {
    match Language::spoken() {
        Language::English => quoted(&capital(text)),
        Language::Chinese => match translated(text) {
            Some(text) => quoted(&ended(text)),
            // What nobody foresaw, mostly a provider's own words, stays as it is.
            None => quoted(&capital(text)),
        },
    }
}

/// Values stand between backticks, which a terminal and a log can show; on the page they stand in quotes.
fn quoted(text: &str) -> String {
    let mut open = false;
    let quote = |c| {
        if c != '`' {
            return c;
        }
        open = !open;
        if open { '“' } else { '”' }
    };
    text.chars().map(quote).collect()
}

/// Errors begin with a small English letter; the capitals of all scripts would be 12 KB of tables in the WASM.
fn capital(text: &str) -> String {
    let end = if text.ends_with(MARKS) { "" } else { "." };
    let mut sentence = format!("{text}{end}");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

fn ended(text: String) -> String {
    if text.ends_with(MARKS) { text } else { text + "。" }
}

const MARKS: [char; 6] = ['.', '!', '?', '。', '！', '？'];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Code;

    #[test]
    fn an_error_reads_as_sentences() {
        let error = Error::new(Code::ProviderKey, "the provider refused the key").hint("set `OPENAI_API_KEY`");
        assert_eq!(sentence(&error), "The provider refused the key. Set “OPENAI_API_KEY”.");
        assert_eq!(sentence(&Error::new(Code::Internal, "")), ".");
    }

    #[test]
    fn an_error_reads_as_sentences_in_chinese_with_its_values() {
        let chinese = |error: &Error| Language::Chinese.during(|| sentence_in_full(error).into_owned());
        let key = Error::new(Code::ProviderKey, "OpenAI refused the key")
            .hint("set a valid key as `OPENAI_API_KEY` and restart Brooklet");
        assert_eq!(chinese(&key), "OpenAI 拒绝了密钥。请把有效的密钥设为“OPENAI_API_KEY”，然后重启 Brooklet。");
        let busy =
            Error { detail: Some("overloaded".into()), ..Error::new(Code::ProviderBusy, "My box 2 has a problem") };
        assert_eq!(chinese(&busy.hint("wait a little")), "My box 2 出了问题：overloaded。请稍等一会儿。");
        let unknown = Error::new(Code::ProviderError, "nobody knows `this`");
        assert_eq!(chinese(&unknown), "Nobody knows “this”.");
        assert_eq!(chinese(&Error::new(Code::Internal, "")), ".");
        let both = Language::Chinese.during(|| paragraphs(&key));
        assert_eq!(both, ["OpenAI 拒绝了密钥。", "请把有效的密钥设为“OPENAI_API_KEY”，然后重启 Brooklet。"]);
    }

    #[test]
    fn what_the_server_names_has_words_and_names_stay() {
        let chinese = |name: &'static str| Language::Chinese.during(|| called(name).into_owned());
        assert_eq!(chinese("port 11434 of this machine"), "本机 11434 端口");
        assert_eq!(chinese("OPENAI_BASE_URL and OPENAI_API_KEY"), "OPENAI_BASE_URL 和 OPENAI_API_KEY");
        assert_eq!((chinese("vLLM").as_str(), called("the settings page").as_ref()), ("vLLM", "the settings page"));
    }
}
