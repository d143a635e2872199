//! Errors as a person reads them on the page.

use crate::wire::Error;
use std::borrow::Cow;

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
    let sentences: Vec<_> = std::iter::once(message).chain(hint).map(capital).collect();
    quoted(&sentences.join(" ")).into()
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
    let end = if text.ends_with(['.', '!', '?', '。']) { "" } else { "." };
    let mut sentence = format!("{text}{end}");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

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
}
