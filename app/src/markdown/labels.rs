//! What a message defines for all of its text: links and footnotes. The first definition of a label holds.

use std::collections::BTreeMap;

/// Where a label leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub url: String,
    pub title: String,
}

impl Definition {
    /// As Markdown, behind `[label]: `.
    pub fn source(&self) -> String {
        let escape = |text: &str, ends: &[char]| -> String {
            let mut escaped = String::new();
            for c in text.chars() {
                match c {
                    '&' => escaped.push_str("&amp;"),
                    '\r' | '\n' => escaped.push(' '),
                    _ => {
                        if c == '\\' || ends.contains(&c) {
                            escaped.push('\\');
                        }
                        escaped.push(c);
                    }
                }
            }
            escaped
        };
        format!("<{}> \"{}\"", escape(&self.url, &['<', '>']), escape(&self.title, &['"']))
    }
}

/// A footnote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// As it was written.
    pub name: String,
    /// From 1, in the order of the definitions.
    pub number: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Set {
    links: BTreeMap<String, Definition>,
    notes: BTreeMap<String, Note>,
}

impl Set {
    fn holds(&self, label: &str) -> bool {
        match label.strip_prefix('[') {
            Some(link) => self.links.contains_key(link),
            None if label.starts_with('^') => self.notes.contains_key(label),
            None => self.links.contains_key(label),
        }
    }
}

/// How a link with this label is known among what blocks use, if it could be a footnote as well: a link's definition takes
/// the label from the footnote, wherever it stands. No label holds a bracket.
pub fn link_use(label: &str) -> Option<String> {
    label.starts_with('^').then(|| format!("[{label}"))
}

/// Definitions by normalised label; those of footnotes begin with `^`.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// In closed blocks: they hold for ever.
    committed: Set,
    /// In what is still open: they hold until the next drawing.
    tentative: Set,
    /// How many footnotes the closed blocks have.
    pub note_count: usize,
    /// Nothing more is taken in: what was closed is drawn once more.
    pub frozen: bool,
}

impl Labels {
    pub fn link(&self, label: &str) -> Option<&Definition> {
        self.committed.links.get(label).or_else(|| self.tentative.links.get(label))
    }

    pub fn note(&self, label: &str) -> Option<&Note> {
        self.committed.notes.get(label).or_else(|| self.tentative.notes.get(label))
    }

    pub fn is_committed(&self, label: &str) -> bool {
        self.committed.holds(label)
    }

    /// The definition that holds for ever.
    pub fn committed_link(&self, label: &str) -> Option<&Definition> {
        self.committed.links.get(label)
    }

    /// Closed blocks with these definitions come next.
    pub fn commit(&mut self, links: Vec<(String, Definition)>, notes: Vec<Option<String>>) {
        if !self.frozen {
            add(&mut self.committed, self.note_count, links, &notes, |_| false);
        }
        self.note_count += notes.len();
    }

    /// The open blocks have these definitions. Gives the labels that mean something else than before.
    pub fn suppose(
        &mut self,
        before: &Self,
        links: Vec<(String, Definition)>,
        notes: Vec<Option<String>>,
    ) -> Vec<String> {
        let mut tentative = Set::default();
        add(&mut tentative, self.note_count, links, &notes, |label| self.committed.holds(label));
        self.tentative = tentative;
        let links = before.all_links().chain(self.all_links()).filter(|label| before.link(label) != self.link(label));
        let notes = before.all_notes().chain(self.all_notes()).filter(|label| before.note(label) != self.note(label));
        links.map(|label| link_use(label).unwrap_or_else(|| label.clone())).chain(notes.cloned()).collect()
    }

    /// The same, for drawing once more what was closed after `note_count` footnotes.
    pub fn frozen(&self, note_count: usize) -> Self {
        Self { note_count, frozen: true, ..self.clone() }
    }

    /// Whether the label means something now.
    pub fn explains(&self, label: &str) -> bool {
        self.committed.holds(label) || self.tentative.holds(label)
    }

    /// Forgets what was only supposed.
    pub fn forget_supposed(&mut self) {
        self.tentative = Set::default();
    }

    fn all_links(&self) -> impl Iterator<Item = &String> {
        self.committed.links.keys().chain(self.tentative.links.keys())
    }

    fn all_notes(&self) -> impl Iterator<Item = &String> {
        self.committed.notes.keys().chain(self.tentative.notes.keys())
    }
}

fn add(
    to: &mut Set,
    count: usize,
    links: Vec<(String, Definition)>,
    notes: &[Option<String>],
    known: impl Fn(&str) -> bool,
) {
    for (label, definition) in links {
        if !known(link_use(&label).as_ref().unwrap_or(&label)) {
            to.links.entry(label).or_insert(definition);
        }
    }
    for (index, name) in notes.iter().enumerate() {
        if let Some(name) = name
            && let Some(label) = super::parse::normalised(&format!("^{name}"))
            && !known(&label)
        {
            to.notes.entry(label).or_insert(Note { name: name.clone(), number: count + index + 1 });
        }
    }
}
