//! Brooklet's own documentation by its sections, and the search over them.
//!
//! A section may hold a comment `<!-- asked as: … -->` with the words in which people ask for it, in any language: it is
//! searched and never shown.

use super::words::terms;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// What the guide quotes from, and how much each page weighs beside the others: what is written for people who ask comes
/// before tables and the overview. A test holds that no page of `docs` is missing.
const PAGES: [(&str, f64, &str); 5] = [
    ("docs/connect-a-model.md", 1.0, include_str!("../../../docs/connect-a-model.md")),
    ("docs/questions.md", 1.0, include_str!("../../../docs/questions.md")),
    ("docs/self-hosting.md", 0.9, include_str!("../../../docs/self-hosting.md")),
    ("docs/configuration.md", 0.6, include_str!("../../../docs/configuration.md")),
    ("README.md", 0.6, include_str!("../../../README.md")),
];

static SECTIONS: LazyLock<Vec<Section>> =
    LazyLock::new(|| PAGES.iter().flat_map(|(_, weight, text)| sections(text, *weight)).collect());

static INDEX: LazyLock<Index> = LazyLock::new(|| Index::new(&SECTIONS));

/// A piece of documentation that can be quoted on its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    page: String,
    /// Empty for what stands before the first one.
    heading: String,
    /// Markdown without headings.
    pub body: String,
    asked_as: String,
    weight: f64,
}

impl Section {
    /// The title of its page, and its own where it has one.
    pub fn title(&self) -> String {
        if self.heading.is_empty() { self.page.clone() } else { format!("{}: {}", self.page, self.heading) }
    }
}

/// The sections that answer best, the best first; none where nothing fits.
pub fn search(question: &str) -> Vec<&'static Section> {
    INDEX.best(&terms(question)).into_iter().map(|at| &SECTIONS[at]).collect()
}

fn sections(page: &str, weight: f64) -> Vec<Section> {
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
                found.push(Section { page: title.to_owned(), heading, weight, ..Section::default() });
            }
            (None, Some(words), Some(section)) => section.asked_as += words,
            // Pictures say nothing in a quotation.
            (None, None, Some(section)) if !line.starts_with("![") => section.body += &format!("{}\n", unlinked(line)),
            _ => {}
        }
    }
    found.retain_mut(|section| {
        section.body = section.body.trim().to_owned();
        !section.body.is_empty()
    });
    found.into_iter().flat_map(by_rows).collect()
}

/// A long table is many answers: one a row.
fn by_rows(section: Section) -> Vec<Section> {
    const LONG: usize = 6;
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

/// Links within the documentation lead nowhere from a chat: their words stay.
fn unlinked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, text, after)) = next_link(rest) {
        let (target, behind) = after.split_once(')').unwrap_or((after, ""));
        out += before;
        let away = target.starts_with("http");
        out += &if away { format!("[{text}]({target})") } else { text.to_owned() };
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

/// How well sections fit questions: BM25 with the usual constants, headings weighing more.
struct Index {
    /// For each term, how much of it each section has.
    weights: BTreeMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    pages: Vec<f64>,
}

const HEADING: f64 = 4.0;
const ASKED_AS: f64 = 4.0;
const PAGE: f64 = 0.5;

/// Shares of the best score that another section needs to be quoted as well, and of the question that must be found at all.
const ALSO: f64 = 0.7;
const COVERED: f64 = 0.4;
const MOST: usize = 2;

impl Index {
    fn new(sections: &[Section]) -> Self {
        let mut weights: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
        let mut lengths = vec![];
        for (at, section) in sections.iter().enumerate() {
            let mut own: BTreeMap<String, f64> = BTreeMap::new();
            let heading = if section.heading.is_empty() { &section.page } else { &section.heading };
            let page = if section.heading.is_empty() { "" } else { &section.page };
            let texts = [
                (heading.as_str(), HEADING),
                (&section.asked_as, ASKED_AS),
                (page, PAGE),
                (section.body.as_str(), 1.0),
            ];
            for (text, weight) in texts {
                for term in terms(text) {
                    *own.entry(term).or_default() += weight;
                }
            }
            lengths.push(own.values().sum());
            for (term, weight) in own {
                weights.entry(term).or_default().push((at, weight));
            }
        }
        Self { weights, lengths, pages: sections.iter().map(|section| section.weight).collect() }
    }

    fn best(&self, question: &[String]) -> Vec<usize> {
        let question: BTreeSet<_> = question.iter().collect();
        let count = self.lengths.len() as f64;
        let usual = self.lengths.iter().sum::<f64>() / count;
        // How much a term tells: what stands everywhere tells little, and what stands nowhere is missed most.
        let rarity = |in_sections: usize| (1.0 + (count - in_sections as f64 + 0.5) / (in_sections as f64 + 0.5)).ln();
        let mut scores = vec![0.0; self.lengths.len()];
        let mut covered = vec![0.0; self.lengths.len()];
        let mut whole = 0.0;
        for term in question {
            let sections = self.weights.get(term).map_or(&[][..], Vec::as_slice);
            let tells = rarity(sections.len());
            // Half of the pairs in such scripts are the end of one word and the beginning of the next.
            let by_chance = sections.is_empty() && !term.is_ascii();
            whole += if by_chance { tells * 0.3 } else { tells };
            for (at, weight) in sections {
                let long = 0.4 + 0.6 * self.lengths[*at] / usual;
                scores[*at] += self.pages[*at] * tells * weight * 2.2 / (weight + 1.2 * long);
                covered[*at] += tells;
            }
        }
        let fits = |at: &usize| scores[*at] > 0.0 && covered[*at] >= COVERED * whole;
        let mut fitting: Vec<usize> = (0..scores.len()).filter(fits).collect();
        fitting.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        let least = fitting.first().map_or(0.0, |best| scores[*best] * ALSO);
        fitting.into_iter().filter(|at| scores[*at] >= least).take(MOST).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What people ask, and the section that answers.
    const QUESTIONS: [(&str, &str); 26] = [
        ("How do I connect a model?", "Connect a model"),
        ("How can I use ChatGPT here?", "Connect a model: A service with a key"),
        ("where do I put my OpenAI API key", "Connect a model: A service with a key"),
        ("Can I use Claude?", "Connect a model: A service with a key"),
        ("I want to use Gemini", "Connect a model: A service with a key"),
        ("How do I set up Ollama?", "Connect a model: Ollama"),
        ("what does OLLAMA_HOST do", "Connect a model: Ollama"),
        ("llama.cpp server", "Connect a model: llama.cpp"),
        ("how to run vllm with brooklet", "Connect a model: vLLM"),
        ("LM Studio models do not show up", "Connect a model: LM Studio"),
        ("How do I use OpenRouter?", "Connect a model: Any other server"),
        ("Brooklet runs in Docker and finds no model", "Connect a model: Brooklet in a container"),
        ("No model appears in the picker", "Connect a model: If no model appears"),
        ("Does my API key cost money?", "Connect a model: What costs money"),
        ("Where are my conversations stored?", "Questions: Where are my conversations?"),
        ("how do I make a backup", "Questions: How do I back up?"),
        ("Can I open it from my phone?", "Questions: How do I reach it from my phone?"),
        ("What happens to a reply when I close the tab?", "Questions: What happens when I close the page?"),
        ("is my data sent to anyone", "Questions: What leaves this machine?"),
        ("address already in use", "Questions: What if the port is in use?"),
        ("how do I change the port", "Questions: What if the port is in use?"),
        ("怎么连接模型？", "Connect a model"),
        ("没有模型怎么办", "Connect a model: If no model appears"),
        ("如何使用 Ollama", "Connect a model: Ollama"),
        ("对话保存在哪里？", "Questions: Where are my conversations?"),
        ("手机上怎么打开", "Questions: How do I reach it from my phone?"),
    ];

    #[test]
    fn real_questions_find_their_section_first() {
        let wrong: Vec<_> = QUESTIONS
            .iter()
            .filter_map(|(question, title)| {
                let found: Vec<_> = search(question).into_iter().map(|section| section.title()).collect();
                (found.first().map(String::as_str) != Some(title))
                    .then(|| format!("{question}: {found:?}, not {title}"))
            })
            .collect();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn a_setting_is_found_by_its_row() {
        for (question, row) in [("BROOKLET_DURABILITY", "`--durability`"), ("log level debug or trace", "`--log`")] {
            let found = search(question);
            assert!(
                found[0].title() == format!("Configuration: {row}") && found[0].body.contains(row),
                "{question}: {found:?}"
            );
            assert!(found[0].body.lines().count() == 3, "{:?}", found[0]);
        }
    }

    #[test]
    fn what_is_not_documented_finds_nothing() {
        for question in ["What is the capital of France?", "", "hi", "你好", "写一首关于春天的诗", "?!", "2+2", "\u{0}"]
        {
            assert_eq!(search(question), [] as [&Section; 0], "{question}");
        }
        assert!(search(&"model ".repeat(100_000)).len() <= MOST);
    }

    #[test]
    fn every_page_of_docs_can_be_quoted() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(root.join("docs")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let known = PAGES.iter().any(|(page, ..)| *page == format!("docs/{name}"));
            assert!(known || !name.ends_with(".md"), "docs/{name} belongs into PAGES of {}", file!());
        }
    }

    #[test]
    fn headings_in_code_are_none_and_links_of_ours_are_words() {
        let page = "# Page\n\nSee [this](docs/x.md), [that](https://example.org/) and [x].\n\n![a](b.png)\n\n## One\n\
                    <!-- asked as: 一 -->\n```sh\n# not a heading\n```\n\n## Empty\n";
        let found = sections(page, 1.0);
        let section = |heading: &str, body: &str, asked_as: &str| Section {
            page: "Page".into(),
            heading: heading.into(),
            body: body.into(),
            asked_as: asked_as.into(),
            weight: 1.0,
        };
        let expected = [
            section("", "See this, [that](https://example.org/) and [x].", ""),
            section("One", "```sh\n# not a heading\n```", " 一 "),
        ];
        assert_eq!(found, expected);
    }
}
