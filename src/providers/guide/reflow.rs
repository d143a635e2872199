//! Paragraphs on one line each: the page draws every line end, and a source's lines end where its editor's did.

/// Joins the lines of paragraphs and of list items. Code, tables and blank lines stay as they are.
pub fn reflow(markdown: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    // Whether the line before may be gone on with.
    let mut open = false;
    for line in markdown.lines() {
        let text = line.trim_start();
        let fence = text.starts_with("```");
        in_code ^= fence;
        let verbatim = in_code || fence || text.starts_with('|') || text.is_empty();
        let joins = open && !verbatim && !begins_item(text);
        if joins {
            out += between(&out, text);
            out += text.trim_end();
        } else {
            out += if out.is_empty() { "" } else { "\n" };
            out += if verbatim { line } else { line.trim_end() };
        }
        open = !verbatim;
    }
    out
}

fn begins_item(text: &str) -> bool {
    let number = text.trim_start_matches(|char: char| char.is_ascii_digit());
    text.starts_with("- ") || text.starts_with("* ") || number.len() < text.len() && number.starts_with(". ")
}

/// Chinese is written without spaces; between it and Latin letters one is, but not beside its punctuation.
fn between(before: &str, after: &str) -> &'static str {
    let (Some(last), Some(first)) = (before.chars().last(), after.chars().next()) else { return "" };
    let is_mark = |char: char| matches!(char, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}');
    let is_wide = |char: char| char >= '\u{2e80}';
    let none = is_mark(last) || is_mark(first) || is_wide(last) && is_wide(first);
    if none { "" } else { " " }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The source's line ends became breaks in the middle of sentences.
    #[test]
    fn a_paragraph_is_one_line() {
        for (written, joined) in [
            ("one\ntwo\nthree", "one two three"),
            ("one\ntwo\n\nthree\nfour", "one two\n\nthree four"),
            ("- one\n  goes on\n- two\n  - inner\n    goes on", "- one goes on\n- two\n  - inner goes on"),
            ("1. one\n   goes on\n2. two", "1. one goes on\n2. two"),
            ("See:\n```sh\na \\\n  b\n```\nafter\nit", "See:\n```sh\na \\\n  b\n```\nafter it"),
            ("| a | b |\n| --- | --- |\n| 1 | 2 |\n\nx\ny", "| a | b |\n| --- | --- |\n| 1 | 2 |\n\nx y"),
            ("回复会继续\n生成，\n无论 Brooklet\n在哪里", "回复会继续生成，无论 Brooklet 在哪里"),
            ("A model，\nthen", "A model，then"),
            ("", ""),
        ] {
            assert_eq!(reflow(written), joined);
        }
    }
}
