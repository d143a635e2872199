//! A page of documentation by its sections, as they are quoted.
//!
//! A section may hold a comment `<!-- asked as: … -->` with the words in which people ask for it, in any language: it is
//! searched and never shown.

use super::{reflow::reflow, words::is_chinese};

/// A piece of documentation that can be quoted on its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The file, such as `docs/questions.md`.
    pub file: &'static str,
    /// The title of the page.
    pub page: String,
    /// Empty for what stands before the first one.
    pub heading: String,
    /// Markdown without headings, a paragraph on a line.
    pub body: String,
    pub asked_as: String,
    /// How much it counts beside others.
    pub weight: f64,
}

impl Section {
    /// The title of its page, and its own where it has one.
    pub fn title(&self) -> String {
        let colon = if is_chinese(&self.page) { "：" } else { ": " };
        if self.heading.is_empty() { self.page.clone() } else { format!("{}{colon}{}", self.page, self.heading) }
    }

    /// It tells how a model is connected.
    pub fn connects(&self) -> bool {
        self.file.ends_with("connect-a-model.md")
    }
}

/// The sections of a page in its order. `named` knows the title of a file that a link leads to.
pub fn sections(
    file: &'static str,
    page: &str,
    weight: f64,
    named: impl Fn(&str) -> Option<&'static str>,
) -> Vec<Section> {
    let mut found: Vec<Section> = vec![];
    let mut title = "";
    let mut in_code = false;
    for line in page.lines() {
        in_code ^= line.trim_start().starts_with("```");
        let heading = line.strip_prefix('#').filter(|_| !in_code).map(|rest| rest.trim_start_matches('#').trim());
        let asked_as = line.trim().strip_prefix("<!-- asked as:").and_then(|rest| rest.strip_suffix("-->"));
        match (heading, asked_as, found.last_mut()) {
            (Some(heading), ..) => {
                let is_title = line.starts_with("# ");
                title = if is_title { heading } else { title };
                let heading = if is_title { "" } else { heading }.to_owned();
                found.push(Section { file, page: title.to_owned(), heading, weight, ..Section::default() });
            }
            (None, Some(words), Some(section)) => section.asked_as += words,
            // Pictures say nothing in a quotation.
            (None, None, Some(section)) if !line.starts_with("![") => {
                section.body += &format!("{}\n", if in_code { line.to_owned() } else { unlinked(line, &named) });
            }
            _ => {}
        }
    }
    found.retain_mut(|section| {
        section.body = reflow(section.body.trim());
        !section.body.is_empty()
    });
    found
}

/// A long table is many answers: one a row.
pub fn by_rows(section: Section) -> Vec<Section> {
    const LONG: usize = 12;
    let is_row = |line: &&str| line.starts_with('|');
    let rows: Vec<_> = section.body.lines().filter(is_row).collect();
    if rows.len() < LONG + 2 {
        return vec![section];
    }
    let (head, rows) = rows.split_at(2);
    let with = |row: &&str| {
        let name = row.split('|').map(str::trim).find(|cell| !cell.is_empty()).unwrap_or_default();
        Section { heading: name.to_owned(), body: format!("{}\n{row}", head.join("\n")), ..section.clone() }
    };
    rows.iter().map(with).collect()
}

/// Links within the documentation lead nowhere from a chat: their words stay, or the title where the words are a path.
fn unlinked(line: &str, named: &impl Fn(&str) -> Option<&'static str>) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, text, after)) = next_link(rest) {
        let (target, behind) = after.split_once(')').unwrap_or((after, ""));
        out += before;
        out += &match named(target) {
            _ if target.starts_with("http") => format!("[{text}]({target})"),
            Some(title) if text.ends_with(".md") => title.to_owned(),
            _ => text.to_owned(),
        };
        rest = behind;
    }
    out + rest
}

/// What stands before the next link, its text, and what follows `](`.
fn next_link(line: &str) -> Option<(&str, &str, &str)> {
    let (left, after) = line.split_once("](")?;
    let open = left.rfind('[')?;
    Some((&left[..open], &left[open + 1..], after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_code_are_none_and_links_of_ours_are_words() {
        let page = "# Page\n\nSee [this](docs/x.md), [docs/x.md](docs/x.md), [that](https://example.org/)\nand [x].\n\n\
                    ![a](b.png)\n\n## One\n<!-- asked as: 一 -->\n```sh\n# not [a](x.md) heading\n```\n\n## Empty\n";
        let found = sections("docs/page.md", page, 1.0, |target| (target == "docs/x.md").then_some("X"));
        let section = |heading: &str, body: &str, asked_as: &str| Section {
            file: "docs/page.md",
            page: "Page".into(),
            heading: heading.into(),
            body: body.into(),
            asked_as: asked_as.into(),
            weight: 1.0,
        };
        let expected = [
            section("", "See this, X, [that](https://example.org/) and [x].", ""),
            section("One", "```sh\n# not [a](x.md) heading\n```", " 一 "),
        ];
        assert_eq!(found, expected);
    }
}
