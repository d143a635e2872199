//! What comrak is asked, and what its answer says about lines.
//!
//! A chunk of a message is parsed by itself. What it needs to know of the rest goes in front of it as a **preamble** that
//! no reader sees: definitions that hold already, and one heading for each label that the chunk may define. The node of
//! such a heading is a link where the label is defined: comrak itself says what a definition is.

use super::{
    addresses,
    dollars::{ROUNDS, Source, no_formulas},
    escape::LONGEST_ADDRESS,
    labels::{Definition, Labels, link_use},
    math::{Region, push_lines},
};
use comrak::{
    Arena, Options, ResolvedReference,
    nodes::{AstNode, Node, NodeValue},
    options::BrokenLinkReference,
    parse_document,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

/// Ends whatever a preamble has begun, and draws nothing of its own.
const SEAM: &str = "#\n";

/// A parsed chunk.
pub struct Parsed<'a> {
    /// Its top-level blocks.
    pub nodes: Vec<Node<'a>>,
    /// Labels that it asked for and that no committed definition explains; footnotes begin with `^` (see `link_use`).
    pub uses: Vec<String>,
    /// Link definitions in it, by normalised label.
    pub links: Vec<(String, Definition)>,
    /// Names of the footnotes in it, in order. None for one that stands in another: comrak leads no mark to it.
    pub notes: Vec<Option<String>>,
    /// Footnotes that it asked for, explained or not.
    asked_notes: Vec<String>,
    /// What comrak read.
    pub source: Source,
    lines: Lines,
}

impl Parsed<'_> {
    /// Where the block begins, in bytes of the chunk (which begins behind its head).
    pub fn start(&self, node: &AstNode<'_>) -> usize {
        self.lines.start(node.data().sourcepos.start.line)
    }

    /// Where the lines begin that the block was made from. Definitions above a paragraph are not in it, but they and its lines
    /// are one until it closes: as the first line of a table, its own first line would give them back as text.
    pub fn begin(&self, node: &AstNode<'_>) -> usize {
        let mut line = node.data().sourcepos.start.line;
        if matches!(node.data().value, NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::Table(_)) {
            let floor =
                node.previous_sibling().map_or(0, |before| before.data().sourcepos.end.line).max(self.lines.before);
            while line > floor + 1 && !self.lines.is_blank(line - 1) {
                line -= 1;
            }
        }
        self.lines.start(line)
    }

    /// Where the line behind the block begins.
    pub fn end(&self, node: &AstNode<'_>) -> usize {
        self.lines.start(node.data().sourcepos.end.line + 1)
    }

    /// Whether a blank line is above the block, be it in a quote or not.
    pub fn has_gap_above(&self, node: &AstNode<'_>) -> bool {
        self.lines.is_blank(node.data().sourcepos.start.line - 1)
    }
}

/// Where lines begin in what was parsed.
struct Lines {
    /// Lines of the preamble and of the head.
    before: usize,
    /// For each line of the chunk where it begins; the last entry is the end.
    starts: Vec<usize>,
    blank: Vec<bool>,
}

impl Lines {
    fn of(before: usize, text: &str) -> Self {
        let mut lines = Self { before, starts: vec![], blank: vec![] };
        let mut start = 0;
        while start < text.len() {
            let end = line_end(text, start).unwrap_or(text.len());
            lines.starts.push(start);
            lines.blank.push(text[start..end].bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>' | b'\r' | b'\n')));
            start = end;
        }
        lines.starts.push(text.len());
        lines
    }

    fn start(&self, line: usize) -> usize {
        let index = line.saturating_sub(self.before + 1).min(self.starts.len() - 1);
        self.starts[index]
    }

    /// The last line that somebody wrote.
    fn last(&self) -> usize {
        self.before + self.starts.len() - 1
    }

    fn is_blank(&self, line: usize) -> bool {
        line.checked_sub(self.before + 1).and_then(|index| self.blank.get(index)).copied().unwrap_or(false)
    }
}

/// Where the line that holds `from` ends, its line end included; none if it does not end. A carriage return at the very
/// end of the text may be half of a line end.
pub fn line_end(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let at = from + bytes[from..].iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    if bytes[at] == b'\n' {
        return Some(at + 1);
    }
    match bytes.get(at + 1) {
        Some(b'\n') => Some(at + 2),
        Some(_) => Some(at + 1),
        None => None,
    }
}

fn options<'c>() -> Options<'c> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options.extension.cjk_friendly_emphasis = true;
    // Formulas are shown as they were written until they are typeset, and so are their ends when the other one is missing:
    // `\(` is no `(`.
    options.extension.math_latex = true;
    options.extension.math_dollars = true;
    options.parse.escaped_char_spans = true;
    // A footnote stays where the model wrote it: nothing that was read moves away.
    options.parse.leave_footnote_definitions = true;
    options
}

/// Lines that are parsed by themselves.
#[derive(Clone, Copy)]
pub struct Chunk<'t> {
    /// Lines before the text that open what it goes on with: a fence, the first two lines of a table.
    pub head: &'t str,
    pub text: &'t str,
    /// It is not the message's beginning.
    pub began: bool,
    /// The formula that it begins in, if it does.
    pub region: Region,
    /// It is the message's end so far.
    pub ends: bool,
}

pub fn parse<'a>(arena: &'a Arena<'a>, chunk: Chunk<'_>, labels: &Labels, cost: &mut usize) -> Parsed<'a> {
    let mut asked = Asked { candidates: candidates(chunk.text), ..Asked::default() };
    let mut parsed = attempt(arena, chunk, labels, &asked, cost);
    let has_notes = chunk.text.contains("[^");
    if has_notes {
        asked.notes =
            parsed.asked_notes.iter().filter_map(|label| labels.note(label)).map(|note| note.name.clone()).collect();
    }
    // Comrak stops explaining labels after as many bytes of addresses as there are of text, and asks from there on.
    let stopped = parsed.links.iter().any(|(label, _)| parsed.uses.contains(label));
    if stopped || !asked.notes.is_empty() {
        asked.links = std::mem::take(&mut parsed.links).into_iter().collect();
        parsed = attempt(arena, chunk, labels, &asked, cost);
    }
    if has_notes {
        parsed.notes = notes(&parsed.nodes);
    }
    parsed
}

/// What comrak is asked about a chunk, and what is known from having asked before.
#[derive(Default)]
struct Asked {
    /// Labels that the chunk may define: normalised, and as they are written.
    candidates: BTreeMap<String, String>,
    /// Footnotes that it uses and others define.
    notes: Vec<String>,
    /// Links that it defines.
    links: BTreeMap<String, Definition>,
}

fn attempt<'a>(
    arena: &'a Arena<'a>,
    Chunk { head, text, began, region, ends }: Chunk<'_>,
    labels: &Labels,
    known: &Asked,
    cost: &mut usize,
) -> Parsed<'a> {
    let mut source = String::new();
    for name in &known.notes {
        // Writing to a string cannot fail.
        let _ = writeln!(source, "[^{name}]: x");
    }
    let mut open = vec![];
    for (label, written) in &known.candidates {
        match labels.committed_link(label) {
            Some(definition) => {
                let _ = writeln!(source, "{SEAM}[{written}]: {}", definition.source());
            }
            None => open.push((label, written)),
        }
    }
    let first_heading = if open.is_empty() { 0 } else { lines_in(&source) + 2 };
    if !open.is_empty() {
        source.push_str(SEAM);
    }
    for (_, written) in &open {
        let _ = writeln!(source, "# [{written}]");
    }
    // A byte order mark is left out on the first line only.
    if !source.is_empty() || began && text.starts_with('\u{feff}') {
        source.push_str(SEAM);
    }
    let preamble = lines_in(&source);
    source.push_str(head);
    let lines = Lines::of(lines_in(&source), text);
    push_lines(&mut source, text, region, ends);
    let mut source = Source::new(source);

    let asked = Arc::new(Mutex::new(BTreeSet::new()));
    let mut options = options();
    options.parse.broken_link_callback = Some(Arc::new({
        let asked = asked.clone();
        move |link: BrokenLinkReference<'_>| -> Option<ResolvedReference> {
            asked.lock().unwrap_or_else(PoisonError::into_inner).insert(link.normalized.to_owned());
            let definition = labels.link(link.normalized).or_else(|| known.links.get(link.normalized))?;
            Some(ResolvedReference { url: definition.url.clone(), title: definition.title.clone() })
        }
    }));
    let mut rounds = 0;
    let root = loop {
        *cost += source.text.len();
        let root = parse_document(arena, &source.text, &options);
        rounds += 1;
        if rounds == ROUNDS || !source.escape(no_formulas(root, preamble, &source)) {
            break root;
        }
        asked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    };
    part_addresses(arena, root, preamble, known, &options, cost);
    drop(options);
    let mut uses = std::mem::take(&mut *asked.lock().unwrap_or_else(PoisonError::into_inner));
    let mut links = vec![];
    let mut nodes = vec![];
    for node in root.children() {
        let line = node.data().sourcepos.start.line;
        if line > preamble {
            // What stands behind the text is no block of it.
            if line <= lines.last() {
                nodes.push(node);
            }
        } else if let Some((label, _)) = line.checked_sub(first_heading).and_then(|index| open.get(index))
            && let Some(definition) = link_in(node)
        {
            links.push(((*label).clone(), definition));
        }
    }
    // The candidates' own headings asked as well, but no reader sees those.
    let asked_notes = uses.iter().filter(|label| label.starts_with('^')).cloned().collect();
    let links_too: Vec<_> = uses.iter().filter_map(|label| link_use(label)).collect();
    uses.extend(links_too);
    uses.retain(|label| !labels.is_committed(label));
    Parsed { nodes, uses: uses.into_iter().collect(), links, notes: vec![], asked_notes, source, lines }
}

/// Bare addresses end where a person would end them (`addresses`).
fn part_addresses<'a>(
    arena: &'a Arena<'a>,
    root: Node<'a>,
    preamble: usize,
    known: &Asked,
    options: &Options<'_>,
    cost: &mut usize,
) {
    let nodes: Vec<_> = root.children().filter(|node| node.data().sourcepos.start.line > preamble).collect();
    let own = notes(&nodes);
    let mut before = String::new();
    for name in known.notes.iter().chain(own.iter().flatten()) {
        let _ = writeln!(before, "[^{name}]: x");
    }
    before.push_str(SEAM);
    nodes.into_iter().for_each(|node| addresses::part(arena, node, &before, options, cost));
}

fn lines_in(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// The link of a heading that is nothing else.
fn link_in(node: Node<'_>) -> Option<Definition> {
    let child = node.first_child()?;
    match &child.data().value {
        // Each use of a label repeats them: what is longer is nobody's link.
        NodeValue::Link(link) if link.url.len().max(link.title.len()) <= LONGEST_ADDRESS => {
            Some(Definition { url: link.url.clone(), title: link.title.clone() })
        }
        _ => None,
    }
}

/// The label as comrak compares labels; none where it is no label.
pub fn normalised(label: &str) -> Option<String> {
    let found = Arc::new(Mutex::new(None));
    let mut options = Options::default();
    options.parse.broken_link_callback = Some(Arc::new({
        let found = found.clone();
        move |link: BrokenLinkReference<'_>| -> Option<ResolvedReference> {
            *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(link.normalized.to_owned());
            None
        }
    }));
    parse_document(&Arena::new(), &format!("# [{label}]\n"), &options);
    drop(options);
    found.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Labels that the text may define, normalised and as they are written: what stands in `[…]:`.
fn candidates(text: &str) -> BTreeMap<String, String> {
    let mut seen = BTreeSet::new();
    let mut labels = BTreeMap::new();
    for (end, _) in text.match_indices("]:") {
        if let Some(start) = label_start(text, end) {
            for written in lines_of_label(&text[start..end]) {
                if (!written.starts_with('^') || may_be_a_link(text, start, &written))
                    && seen.insert(written.clone())
                    && let Some(label) = normalised(&written)
                {
                    // Without the space it would be a footnote, wherever it is asked for.
                    let space = if written.starts_with('^') { " " } else { "" };
                    labels.entry(label).or_insert(space.to_owned() + &written);
                }
            }
        }
    }
    labels
}

/// Whether `[^…]:` may be no footnote, but a link's definition in lines that began with another: far from the left, or with
/// what no footnote's name holds.
fn may_be_a_link(text: &str, start: usize, label: &str) -> bool {
    text[..start - 1].ends_with([' ', '\t']) || label.contains([' ', '\t'])
}

/// A label's lines as one, without the marks of a quote and with them: it may stand in one.
fn lines_of_label(label: &str) -> Vec<String> {
    let mut lines = label.split(['\r', '\n']);
    let first = lines.next().unwrap_or_default();
    let unmarked = lines
        .map(|line| line.trim_start_matches([' ', '\t', '>']))
        .fold(first.to_owned(), |all, line| all + " " + line);
    let marked = label.replace(['\r', '\n'], " ");
    if unmarked == marked { vec![marked] } else { vec![marked, unmarked] }
}

/// The bracket that opens the label ending at `end`: labels hold no bracket that is not escaped.
fn label_start(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let escaped = |at: usize| bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    let range: Range<usize> = end.saturating_sub(1_000)..end;
    range
        .rev()
        .find(|at| matches!(bytes[*at], b'[' | b']') && !escaped(*at))
        .filter(|at| bytes[*at] == b'[')
        .map(|at| at + 1)
}

/// Names of the footnotes, from the first to the last.
fn notes(nodes: &[Node<'_>]) -> Vec<Option<String>> {
    let is_note = |node: &Node<'_>| matches!(node.data().value, NodeValue::FootnoteDefinition(_));
    let all = nodes.iter().flat_map(|node| node.descendants());
    all.filter_map(|node| match &node.data().value {
        NodeValue::FootnoteDefinition(note) => {
            Some((!node.ancestors().skip(1).any(|outer| is_note(&outer))).then(|| note.name.clone()))
        }
        _ => None,
    })
    .collect()
}
