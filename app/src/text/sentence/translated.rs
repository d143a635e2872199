//! An English text of the server's in the page's language, by its template.
//!
//! A template is a text whose values are left out: what stands in backticks, numbers, and a name at its beginning. The page knows
//! templates by their hashes alone, so the English ones are not in the WASM.

use super::chinese::ROWS;

/// Bytes. A name is no longer, nor is what comes before a provider's own words: those may be anything, and are not looked through.
const NAME: usize = 120;
const KNOWN: usize = 400;

/// A row of the table.
#[derive(Clone, Copy)]
pub struct Row {
    template: u32,
    words: &'static str,
}

/// `{}` stands for a value, in order; words without any leave the values out.
pub const fn row(english: &str, words: &'static str) -> Row {
    Row { template: hash(SEED, english.as_bytes()), words }
}

/// None where no row knows it.
pub fn translated(text: &str) -> Option<String> {
    let whole = row_of(hash(SEED, text.as_bytes())).map(|words| filled(words, &mut values(text)));
    whole.or_else(|| named(text)).or_else(|| parts(text))
}

/// A name that is no value by its looks, in front of what is known: `Ollama is at its limit`.
fn named(text: &str) -> Option<String> {
    text.match_indices(' ').take_while(|(end, _)| *end <= NAME).find_map(|(end, _)| {
        let (name, rest) = text.split_at(end);
        let words = row_of(hash(hash(SEED, b"{}"), rest.as_bytes()))?;
        Some(filled(words, &mut std::iter::once(&*super::called(name)).chain(values(rest))))
    })
}

/// What is known, then what may be: a cause, a step, or somebody's own words.
fn parts(text: &str) -> Option<String> {
    let ends = text.match_indices([':', ';']).filter(|(end, _)| text[end + 1..].starts_with(' '));
    ends.take_while(|(end, _)| *end <= KNOWN).find_map(|(end, mark)| {
        let (known, rest) = (&text[..end], &text[end + 2..]);
        let known = row_of(hash(SEED, known.as_bytes()))
            .map(|words| filled(words, &mut values(known)))
            .or_else(|| named(known))?;
        let rest = translated(rest).unwrap_or_else(|| rest.to_owned());
        Some(format!("{known}{}{rest}", if mark == ":" { '：' } else { '；' }))
    })
}

fn row_of(template: u32) -> Option<&'static str> {
    ROWS.iter().find(|row| row.template == template).map(|row| row.words)
}

fn filled(words: &str, values: &mut dyn Iterator<Item = &str>) -> String {
    let mut pieces = words.split("{}");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text.push_str(values.next().unwrap_or_default());
        text.push_str(piece);
    }
    text
}

const SEED: u32 = 0x811c_9dc5;

/// FNV-1a of a text, with one sign for each value.
const fn hash(mut hash: u32, text: &[u8]) -> u32 {
    let mut at = 0;
    while at < text.len() {
        let end = value_end(text, at);
        // No text holds this byte.
        let sign = if end > at { 0xff } else { text[at] };
        hash = (hash ^ sign as u32).wrapping_mul(0x0100_0193);
        at = if end > at { end } else { at + 1 };
    }
    hash
}

/// Where the value that begins here ends; here, if none does.
const fn value_end(text: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    match text[from] {
        b'{' if at < text.len() && text[at] == b'}' => return at + 1,
        b'`' => {
            while at < text.len() {
                if text[at] == b'`' {
                    return at + 1;
                }
                at += 1;
            }
            return from;
        }
        b'0'..=b'9' => {}
        _ => return from,
    }
    while at < text.len() {
        let is_point = text[at] == b'.' && at + 1 < text.len() && text[at + 1].is_ascii_digit();
        if !is_point && !text[at].is_ascii_digit() {
            break;
        }
        at += 1;
    }
    at
}

/// The values of a text, in order, as they stand there.
fn values(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let from = at;
            let end = value_end(text.as_bytes(), from);
            at = end.max(from + 1);
            if end > from {
                return text.get(from..end);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn values_are_what_a_template_leaves_out() {
        let all = |text| values(text).collect::<Vec<_>>();
        assert_eq!(all("the temperature is 0 to 2, not `2.1`"), ["0", "2", "`2.1`"]);
        assert_eq!(all("at 127.0.0.1:8000. An `open one"), ["127.0.0.1", "8000"]);
        assert_eq!(all("中文 1 {} `文`"), ["1", "{}", "`文`"]);
        let same = |one: &str, other: &str| hash(SEED, one.as_bytes()) == hash(SEED, other.as_bytes());
        assert!(same("a `b` 12.5 c", "a {} {} c"));
        assert!(!same("a `b c", "a {} c") && !same("a b", "a  b"));
    }

    #[test]
    fn each_row_has_a_template_of_its_own() {
        let mut templates: Vec<_> = ROWS.iter().map(|row| row.template).collect();
        templates.sort_unstable();
        templates.dedup();
        assert_eq!(templates.len(), ROWS.len());
    }

    #[test]
    fn a_text_is_found_whole_behind_a_name_and_in_parts() {
        for (text, words) in [
            ("this model cannot see images", "这个模型不能看图片"),
            ("a name has 1 to 60 characters, not `61`", "名称应有 1 到 60 个字符，而不是`61`"),
            ("Groq said nothing for 30 s", "Groq 在 30 秒内没有回应"),
            ("OpenAI-compatible is at its limit", "兼容 OpenAI 的服务 已达到用量上限"),
            ("try again; the server's log says more", "请再试一次；服务器的日志里有详细内容"),
            (
                "llama: box 2 cannot be reached at `http://127.0.0.1:1/v1`: nothing listens there",
                "llama: box 2 连接不上（`http://127.0.0.1:1/v1`）：那里没有服务在监听",
            ),
            ("vLLM answered with an error: Out of memory; sorry", "vLLM 返回了错误：Out of memory; sorry"),
            (
                "its key was kept with another lock (the file `key`, or BROOKLET_KEY); bring that back, or enter the key again",
                "它的密钥是用另一把锁保存的（文件`key`或 BROOKLET_KEY）；请恢复那把锁，或重新填写密钥",
            ),
        ] {
            let found = Language::Chinese.during(|| translated(text));
            assert_eq!(found.as_deref(), Some(words), "{text}");
        }
        for unknown in ["", " ", ":", ": ", "`", "{}", "Out of memory", "是 对话", "a: b; c"] {
            assert_eq!(translated(unknown), None, "{unknown}");
        }
    }
}
