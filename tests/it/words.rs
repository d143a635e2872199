//! What the server says is said in Chinese on a Chinese page: each text that an error can be made of has its row in
//! `app/src/text/sentence/chinese.rs`, and each row a text.
//!
//! Texts are found where they are written: in the calls that make errors, in the attributes of the providers' errors, and in the few
//! functions that choose among texts.

use crate::source::{File, code, read, without_tests};
use std::{collections::BTreeSet, ops::Range, path::Path};

const TABLE: &str = "app/src/text/sentence/chinese.rs";

/// What takes a text of an error.
const CALLS: [&str; 13] = [
    "Error::new(",
    "Self::new(Code::",
    ".hint(",
    ".into_hint(",
    "refused(",
    "not_found(",
    "invalid(",
    "malformed(",
    "failed(",
    "Broken::new(",
    "unwritable(",
    "let cause = ",
    "let message = ",
];

/// Functions whose texts are all for people, by their files.
const FUNCTIONS: [(&str, &str); 12] = [
    ("src/providers/mod.rs", "fn to_wire"),
    ("src/providers/mod.rs", "fn to_delay"),
    ("src/providers/mod.rs", "fn listing_hint"),
    ("src/providers/mod.rs", "fn wait_hint"),
    ("src/providers/mod.rs", "fn key_hint"),
    ("src/providers/remote/peer.rs", "fn plain"),
    ("src/providers/remote/refusal.rs", "pub fn read"),
    ("src/settings/mod.rs", "fn untested"),
    ("src/http/errors.rs", "pub async fn limit_body"),
    ("src/attachments/mod.rs", "fn unwritable"),
    ("src/highlight/mod.rs", "pub async fn highlight"),
    ("src/providers/remote/peer.rs", "pub fn refusal"),
];

/// Whose errors reach a page as they are.
const ATTRIBUTES: [&str; 3] = ["src/providers/mod.rs", "src/providers/remote/mod.rs", "src/settings/keys.rs"];

/// What the server calls things, and the literal in which each name stands.
const NAMES: [(&str, &str); 8] = [
    ("Guide", "Guide"),
    ("guide", "brooklet/guide"),
    ("built in", "built in"),
    ("the settings page", "the settings page"),
    ("port {} of this machine", "port {port} of this machine"),
    ("Local server", "Local server"),
    ("OpenAI-compatible", "OpenAI-compatible"),
    ("OpenAI-compatible server", "OpenAI-compatible server"),
];

#[test]
fn what_the_server_says_has_a_row_in_chinese_and_each_row_is_said() {
    let files = read(Path::new(env!("CARGO_MANIFEST_DIR")), &["src", "app/src"]);
    let rows = rows(&files);
    let said = said(&files);
    let named: Vec<_> = NAMES.iter().filter(|(_, literal)| files.iter().any(|file| says(file, literal))).collect();
    assert_eq!(named.len(), NAMES.len(), "only {named:?} are still called so");
    let known: BTreeSet<_> = rows.iter().map(|row| template(row)).collect();
    let names = named.iter().map(|(name, _)| template(name));
    let used: BTreeSet<_> = said.iter().flat_map(|text| found(text, &known).unwrap_or_default()).chain(names).collect();
    let missing: Vec<_> = said.iter().filter(|text| found(text, &known).is_none()).collect();
    let unused: Vec<_> = rows.iter().filter(|row| !used.contains(&template(row))).collect();
    assert!(said.len() > 150, "{} texts were found", said.len());
    assert!(missing.is_empty(), "without a row in {TABLE}: {missing:#?}");
    assert!(unused.is_empty(), "nobody says: {unused:#?}");
}

/// The English halves of the table.
fn rows(files: &[File]) -> Vec<String> {
    let table = files.iter().find(|file| file.path == TABLE).expect("the table is there");
    literals(&table.text).into_iter().map(|(_, text)| text).step_by(2).collect()
}

/// All texts that errors are made of.
fn said(files: &[File]) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_rust() && !file.path.contains("tests") && file.path != TABLE) {
        let code = without_tests(&code(&file.text));
        // What goes to the log, and what others are known by.
        let silent = [ranges(&code, "tracing::", false), ranges(&code, ".contains(", false)].concat();
        let mut loud: Vec<_> = CALLS.iter().flat_map(|call| ranges(&code, call, false)).collect();
        if ATTRIBUTES.contains(&&*file.path) {
            loud.extend(ranges(&code, "#[error(", false));
        }
        for (_, function) in FUNCTIONS.iter().filter(|(path, _)| *path == file.path) {
            let bodies = ranges(&code, function, true);
            assert!(!bodies.is_empty(), "there is no `{function}` in {}", file.path);
            loud.extend(bodies);
        }
        let within = |ranges: &[Range<usize>], at| ranges.iter().any(|range| range.contains(&at));
        let texts = literals(&file.text).into_iter().filter(|(at, _)| within(&loud, *at) && !within(&silent, *at));
        // One word alone is a name or a key, and what begins or ends with a space is a seam.
        said.extend(texts.map(|(_, text)| text).filter(|text| text.contains(' ') && text.trim() == text));
    }
    said
}

/// What lies in the parentheses (or in the body) behind each of these; of an assignment, all up to its end.
fn ranges(code: &str, needle: &str, body: bool) -> Vec<Range<usize>> {
    let starts =
        code.match_indices(needle).filter(|(at, _)| !code[..*at].ends_with("io::") && !code[..*at].ends_with("fn "));
    let range = |(at, _): (usize, &str)| {
        let from = match (body, needle.ends_with("= ")) {
            (true, _) => code[at..].find("{\n").map_or(code.len(), |open| at + open),
            (_, true) => return at..code[at..].find(";\n").map_or(code.len(), |end| at + end),
            _ => code[at..].find('(').map_or(code.len(), |open| at + open),
        };
        let mut depth = 0;
        let end = code[from..].char_indices().find(|(_, c)| {
            depth += i32::from("({[".contains(*c)) - i32::from(")}]".contains(*c));
            depth == 0
        });
        at..end.map_or(code.len(), |(end, _)| from + end)
    };
    starts.map(range).collect()
}

/// The string literals of a file, each with its offset.
fn literals(text: &str) -> Vec<(usize, String)> {
    let mut found = vec![];
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        at += if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\") {
            3
        } else if let Some(inside) = rest.strip_prefix("r#\"") {
            inside.find("\"#").map_or(rest.len(), |end| end + 5)
        } else if let Some(inside) = rest.strip_prefix('"') {
            let mut escaped = false;
            let end = inside.char_indices().find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            let end = end.map_or(inside.len(), |(end, _)| end);
            found.push((at, unescaped(&inside[..end])));
            end + 2
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    found
}

/// A line that is broken by a backslash goes on with its next letter.
fn unescaped(literal: &str) -> String {
    let mut lines = literal.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start()).replace("\\\"", "\"")
}

fn says(file: &File, literal: &str) -> bool {
    file.path.starts_with("src/") && file.text.contains(&format!("\"{literal}\""))
}

/// A text with one sign for each of its values: what is filled in, what stands in backticks, and numbers.
fn template(text: &str) -> String {
    let mut template = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '{' => rest.find('}'),
            '`' => rest[1..].find('`').map(|end| end + 1),
            '0'..='9' => rest.find(|c: char| !c.is_ascii_digit() && c != '.').or(Some(rest.len())).map(|end| end - 1),
            _ => None,
        };
        template.push(if close.is_some() { VALUE } else { first });
        rest = &rest[close.map_or(first.len_utf8(), |close| close + 1)..];
    }
    template
}

const VALUE: char = '\u{1}';

/// The rows that a text is made of, whole or in parts; none where a part has no row.
fn found(text: &str, known: &BTreeSet<String>) -> Option<Vec<String>> {
    let template = template(text);
    if known.contains(&template) {
        return Some(vec![template]);
    }
    // Filled with a text that has rows of its own, or with somebody's words.
    if template == VALUE.to_string() {
        return Some(vec![]);
    }
    let ends = text.match_indices([':', ';']).filter(|(end, _)| text[end + 1..].starts_with(' '));
    ends.into_iter().find_map(|(end, _)| Some([found(&text[..end], known)?, found(&text[end + 2..], known)?].concat()))
}

#[test]
fn texts_are_found_where_they_are_written() {
    let text = r##"
//! "in a comment: no"
fn f() -> Error {
    tracing::error!("not this one: {error}");
    Error::new(Code::Invalid, format!("two {things} are `{one}`", one = 1)).hint("a \
         broken line")
}
fn g() { io::Error::new(Kind::Other, "a system's error"); let c = '"'; other("nor this one") }
#[cfg(test)]
mod tests { fn h() { Error::new(Code::Invalid, "of a test"); } }
"##;
    let found = said(&[File::new("src/sample.rs", text)]);
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["a broken line", "two {things} are `{one}`"]);
}

#[test]
fn a_text_without_a_row_is_found() {
    let known: BTreeSet<_> = ["it is `{}`", "try again", "2 {}"].iter().map(|row| template(row)).collect();
    for (text, has_rows) in [
        ("it is `{name}`", true),
        ("it is {name}", true),
        ("it is", false),
        ("try again; 12.5 `b`", true),
        ("try again: {cause}", true),
        ("try again: with care", false),
        ("{cause}", true),
    ] {
        assert_eq!(found(text, &known).is_some(), has_rows, "{text}");
    }
}
