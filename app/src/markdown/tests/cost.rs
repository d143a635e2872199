//! A piece costs the same at the end of a long block as at its start: bytes that are parsed and bytes that are drawn.

use crate::markdown::{Document, tests::page::Page};

/// Bytes parsed and drawn for the pieces of a text, as the sums of its tenths.
fn tenths(text: &str) -> Vec<(usize, usize)> {
    let (mut document, mut page) = (Document::new("m"), Page::default());
    let (mut sums, mut before) = (vec![], (0, 0));
    let pieces: Vec<_> = text.char_indices().map(|(at, _)| at).step_by(40).skip(1).chain([text.len()]).collect();
    let tenth = pieces.len().div_ceil(10);
    for (index, end) in pieces.iter().enumerate() {
        page.apply(document.draw(&text[..*end]));
        if (index + 1) % tenth == 0 {
            let now = (document.cost(), page.html);
            sums.push((now.0 - before.0, now.1 - before.1));
            before = now;
        }
    }
    sums
}

fn stays_the_same(name: &str, text: &str) {
    assert!(text.len() >= 100_000, "{name} has {} bytes", text.len());
    let tenths = tenths(text);
    let (first, last) = (tenths[0], tenths[tenths.len() - 1]);
    println!("{name}: {first:?} bytes parsed and drawn in the first tenth, {last:?} in the last");
    for (what, first, last) in [("parsed", first.0, last.0), ("drawn", first.1, last.1)] {
        assert!(last <= first + first / 10, "{name}: {last} bytes {what} in the last tenth, {first} in the first");
    }
    // In all, each byte is parsed a few times and no more.
    let parsed: usize = tenths.iter().map(|tenth| tenth.0).sum();
    assert!(parsed < 16 * text.len(), "{name}: {parsed} bytes parsed of {}", text.len());
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (100_000..100_000 + count).map(line).collect()
}

#[test]
fn a_long_list() {
    stays_the_same(
        "a list",
        &lines(1_500, |n| format!("- item {n} with **some** words and `code`, and some more of them\n")),
    );
    stays_the_same(
        "a numbered list",
        &lines(1_500, |n| format!("{n}. item with **some** words and `code`, and some more of them\n\n")),
    );
}

#[test]
fn a_long_table() {
    let rows = lines(2_000, |n| format!("| row {n} | **some** words in it | and `code`, and more |\n"));
    stays_the_same("a table", &format!("| a | b | c |\n|---|---|---|\n{rows}"));
}

#[test]
fn a_long_fence() {
    let code = lines(2_000, |n| format!("    let line_{n} = \"<some> & code\"; // and more\n"));
    stays_the_same("a fence", &format!("```rust\n{code}"));
}

#[test]
fn a_long_quote_and_many_paragraphs() {
    stays_the_same(
        "a quote",
        &lines(1_500, |n| format!("> paragraph {n} with **some** words and `code` in a quote, and more\n>\n")),
    );
    stays_the_same(
        "paragraphs",
        &lines(1_600, |n| format!("paragraph {n} with **some** words and `code`, and more of it\n\n")),
    );
}

#[test]
fn a_long_nested_list() {
    stays_the_same(
        "a nested list",
        &lines(1_000, |n| {
            format!(
                "- item {n} with **some** words\n  - and one in it with `code` and more\n    1. and one in that\n  - last\n"
            )
        }),
    );
}

#[test]
fn a_line_without_an_end() {
    stays_the_same("a line of code", &format!("```\n{}", "x <y> & z ".repeat(20_000)));
    let line = "words *without* end ".repeat(15_000);
    // Up to its bound it is Markdown; from there on it is text, which costs nothing to parse.
    let mut document = Document::new("m");
    document.draw(&line[..40_000]);
    let before = document.cost();
    for end in (40_040..line.len()).step_by(40) {
        document.draw(&line[..end]);
    }
    assert_eq!(document.cost(), before);
}

#[test]
fn a_label_that_is_explained_late_draws_its_users_alone() {
    let mut text = lines(300, |n| if n % 100 == 7 { format!("uses [late] {n}\n\n") } else { format!("words {n}\n\n") });
    let mut document = Document::new("m");
    document.draw(&text);
    text.push_str("[late]: https://late.example\n\nend");
    let again =
        document.draw(&text).into_iter().filter(|draw| matches!(draw, crate::markdown::Draw::Again { .. })).count();
    assert_eq!(again, 3);
}
