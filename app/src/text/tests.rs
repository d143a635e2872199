use super::*;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn a_time_reads_as_a_person_would_say_it() {
    let thought = |ms| Msg::Thought { ms }.text().into_owned();
    assert_eq!(Msg::Thinking { ms: 0 }.text(), "Thinking… 0 s");
    assert_eq!(thought(None), "Thought about it");
    assert_eq!(thought(Some(999)), "Thought for a moment");
    assert_eq!(thought(Some(12_999)), "Thought for 12 s");
    assert_eq!(thought(Some(65_000)), "Thought for 1 min 5 s");
    let chinese = |ms| Language::Chinese.during(|| thought(ms));
    assert_eq!(chinese(Some(999)), "思考了片刻");
    assert_eq!(chinese(Some(65_000)), "思考了 1 分 5 秒");
}

#[test]
fn a_page_without_a_title_is_the_products() {
    let title = |title: &str, busy| Msg::PageTitle { title: title.into(), busy }.text();
    assert_eq!(title("", true), "Brooklet");
    assert_eq!(title("Trees", false), "Trees · Brooklet");
    assert_eq!(title("Trees", true), "… Trees · Brooklet");
    assert_eq!(Msg::conversation_title("  ".into()), "Untitled");
    assert_eq!(Language::Chinese.during(|| Msg::conversation_title("  ".into())), "未命名");
}

/// Names, and what holds nothing but values: without a Chinese word.
const WORDLESS: [&str; 9] = [
    "Msg::PageTitle",
    "Msg::Name",
    // A command.
    "Msg::Recite",
    "Msg::VersionOf",
    // Each in its own words, for who reads no other.
    "Msg::LanguageName",
    "LaterMsg::ModelId",
    // Only their marks differ.
    "LaterMsg::NameAt",
    "LaterMsg::OfFile",
    // The parameter has no other name.
    "LaterMsg::TopP",
];

/// That each table has every row, the compiler holds; this, that the rows are words of their language.
#[test]
fn rows_are_in_their_language_and_say_the_same_values() {
    let first = (include_str!("english.rs"), include_str!("chinese.rs"));
    let later = (include_str!("later/english.rs"), include_str!("later/chinese.rs"));
    let mut faults = vec![];
    let mut all = 0;
    for (english, chinese) in [first, later] {
        let (english, chinese) = (rows(english), rows(chinese));
        all += chinese.len();
        for (name, row) in &chinese {
            let source = &english[name];
            let mut fault = |what: &str| faults.push(format!("{name}: {what}: {:?} for {:?}", row.words, source.words));
            let same = WORDLESS.contains(&name.as_str());
            // Of some the words are in `numbers`.
            let has_words = !row.words.is_empty();
            if row.words == source.words && has_words && !same {
                fault("not translated");
            }
            if !row.words.iter().any(|words| words.chars().any(is_han)) && has_words && !same {
                fault("no Chinese in it");
            }
            if source.words.iter().any(|words| words.chars().any(is_han)) && !same && name != "Msg::Language" {
                fault("Chinese in the English row");
            }
            if row.values != source.values {
                fault(&format!("values {:?} and not {:?}", row.values, source.values));
            }
            row.words.iter().filter_map(|words| ill_set(words)).for_each(fault);
        }
    }
    assert!(all > 200, "{all} rows were read");
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn rows_of_the_servers_words_are_well_set() {
    let table = include_str!("sentence/chinese.rs");
    let words = literals(table);
    let mut faults = vec![];
    assert!(words.len() > 300 && words.len().is_multiple_of(2), "{}", words.len());
    for pair in words.chunks(2) {
        let [english, chinese] = pair else { continue };
        let what = ill_set(chinese).or((!chinese.chars().any(is_han)).then_some("no Chinese in it"));
        let ends = chinese.ends_with(['。', '.']).then_some("its mark is set by the sentence");
        faults.extend(what.or(ends).map(|what| format!("{what}: {chinese} for {english}")));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn what_is_ill_set_is_found() {
    for words in ["你好, 世界", "好.", "好:", "用Ollama", "7天", "过去 7天", "“好” 的", "好 。"] {
        assert!(ill_set(words).is_some(), "{words}");
    }
    for words in
        ["你好，世界", "用 Ollama", "过去 7 天", "“好”的", "{a}年{b}月", "{count} 个", "Top-p（0–1）", "在“{x}”里"]
    {
        assert_eq!(ill_set(words), None, "{words}");
    }
}

/// What is wrong with the marks and spaces of a Chinese text.
fn ill_set(words: &str) -> Option<&'static str> {
    let chars: Vec<_> = words.chars().collect();
    chars.windows(2).find_map(|pair| match *pair {
        [han, mark] if is_han(han) && ",.!?:;".contains(mark) => Some("a half-width mark behind Chinese"),
        [han, other] if is_han(han) && other.is_ascii_alphanumeric() => Some("no space before Latin"),
        [other, han] if is_han(han) && other.is_ascii_alphanumeric() => Some("no space behind Latin"),
        [' ', mark] | [mark, ' '] if "，。！？：；、“”（）".contains(mark) => {
            Some("a space beside a full-width mark")
        }
        _ => None,
    })
}

fn is_han(char: char) -> bool {
    matches!(char, '\u{4e00}'..='\u{9fff}')
}

#[derive(Default)]
struct TableRow {
    words: Vec<String>,
    /// The names that its patterns bind. The compiler holds that each is used.
    values: BTreeSet<String>,
}

/// The rows of a table as they are written, by the names of their messages.
fn rows(table: &str) -> BTreeMap<String, TableRow> {
    let table = table.split_once("match msg {").expect("a table is one match").1;
    let lines = table.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut rows = BTreeMap::<String, TableRow>::new();
    let mut names: Vec<String> = vec![];
    for line in lines {
        let mut words = line;
        if let Some(row) = line.strip_prefix("        ").filter(|row| row.starts_with(['M', 'L'])) {
            let (pattern, body) = row.split_once("=>").expect("a row's pattern is one line");
            let pattern = pattern.split(" if ").next().unwrap_or_default();
            names =
                pattern.split(" | ").map(|one| one.split([' ', '(']).next().unwrap_or_default().to_owned()).collect();
            let bound = pattern.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
            let is_name =
                |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase()) && !["true", "false"].contains(word);
            let bound: Vec<_> =
                bound.map(|word| word.trim_end_matches(':')).filter(is_name).map(str::to_owned).collect();
            for name in &names {
                rows.entry(name.clone()).or_default().values.extend(bound.clone());
            }
            words = body;
        }
        for name in &names {
            rows.entry(name.clone()).or_default().words.extend(literals(words));
        }
    }
    rows
}

/// The string literals of a piece of Rust.
fn literals(code: &str) -> Vec<String> {
    code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}
