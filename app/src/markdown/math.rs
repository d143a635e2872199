//! Formulas: how they are written, and how lines of one reach comrak.
//!
//! For Markdown a line of a formula may begin a list (`- b`) or make a heading of those above it (`=`). A formula that begins
//! a line, with `$$` or `\[`, thus has its further lines **guarded** on their way to comrak: by a character that is no
//! character, which nothing draws. It ends where it is closed, or with a blank line. Of one that is open at the end of the
//! text the end is **supposed**, so that what is half written looks as it will look.

use super::parse::line_end;
use crate::wire::Formula;

/// Stands before a line that is part of a formula. Unicode has it for use inside of a program; in a text it means nothing.
pub const GUARD: char = '\u{fdd0}';
/// Stands at the end of the text. What is behind it nobody wrote.
pub const END: char = '\u{fdd1}';

/// What a line begins that is Markdown and no formula. A fence is never one of its lines: it ends where it was in code.
const BEGINS_BLOCKS: &str = "-+*=#>|<_:0123456789";

/// The formula that lines stand in, if they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Region(Option<Opened>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Opened {
    /// What ends it.
    end: &'static str,
    /// Marks of quotes before its lines.
    quotes: usize,
}

impl Region {
    /// Behind these lines.
    pub fn after(self, text: &str) -> Self {
        lines(text).fold(self, |region, line| region.step(line).0)
    }

    /// What follows a line, and where the line's guard belongs.
    fn step(self, line: &str) -> (Self, Option<usize>) {
        let Some(Opened { end, quotes }) = self.0 else { return (Self(begin(line)), None) };
        let is_blank = |byte| matches!(byte, b' ' | b'\t' | b'>' | b'\r' | b'\n');
        if line.ends_with(['\r', '\n']) && line.bytes().all(is_blank) {
            return (Self(None), None);
        }
        let at = line.len() - behind_quotes(line, quotes).len();
        if line[at..].starts_with("```") || line[at..].starts_with("~~~") {
            return (Self(None), None);
        }
        let guarded = line[at..].starts_with(|c| BEGINS_BLOCKS.contains(c));
        let goes_on = !line[at..].contains(end);
        (Self(self.0.filter(|_| goes_on)), guarded.then_some(at))
    }
}

/// The formula that a line begins and does not end.
fn begin(line: &str) -> Option<Opened> {
    let (mut rest, mut quotes) = (line, 0);
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let behind = rest.strip_prefix('>').inspect(|_| quotes += 1).or_else(|| behind_mark(rest));
        let Some(behind) = behind else { break };
        rest = behind;
    }
    let opened = |begin: &str, end: &'static str| {
        let inner = rest.strip_prefix(begin).filter(|inner| !inner.contains(end))?;
        (!inner.starts_with('$')).then_some(Opened { end, quotes })
    };
    opened("$$", "$$").or_else(|| opened("\\[", "\\]"))
}

/// What stands behind the mark of a list's item.
fn behind_mark(line: &str) -> Option<&str> {
    let numberless = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks: &[char] = if numberless.len() < line.len() { &['.', ')'] } else { &['-', '*', '+'] };
    numberless.strip_prefix(marks).filter(|behind| behind.starts_with([' ', '\t']))
}

fn behind_quotes(line: &str, quotes: usize) -> &str {
    let mut rest = line.trim_start_matches([' ', '\t']);
    for _ in 0..quotes {
        let Some(behind) = rest.strip_prefix('>') else { break };
        rest = behind.trim_start_matches([' ', '\t']);
    }
    rest
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let line = text.get(start..).filter(|rest| !rest.is_empty())?;
        let end = line_end(text, start).unwrap_or(text.len());
        let line = &line[..end - start];
        start = end;
        Some(line)
    })
}

/// Adds the lines as comrak is to read them, as many as there are. `ends`: nothing follows them so far.
pub fn push_lines(source: &mut String, text: &str, mut region: Region, ends: bool) {
    for line in lines(text) {
        let (next, guard) = region.step(line);
        let (before, rest) = line.split_at(guard.unwrap_or(0));
        source.push_str(before);
        if guard.is_some() {
            source.push(GUARD);
        }
        push_line(source, rest);
        region = next;
    }
    if let Some(Opened { end, .. }) = region.0.filter(|_| ends) {
        source.push(END);
        source.push_str(end);
    }
}

/// Adds a line with one kind of line end less: in code, comrak takes a carriage return by itself and the line feed of an
/// empty line below it for one end.
fn push_line(source: &mut String, line: &str) {
    let words = line.trim_end_matches(['\r', '\n']);
    for (index, part) in words.split([GUARD, END]).enumerate() {
        if index > 0 {
            source.push('\u{fffd}');
        }
        source.push_str(part);
    }
    source.push_str(match &line[words.len()..] {
        "\r" => "\n",
        "\r\n" => "\r\n",
        end => end,
    });
}

/// The formula that a text is, with what begins and ends it.
pub fn formula(text: &str) -> Option<Formula> {
    let forms = [("$$", "$$", true), ("\\[", "\\]", true), ("$", "$", false), ("\\(", "\\)", false)];
    forms.into_iter().find_map(|(begin, end, display)| {
        let source = text.strip_prefix(begin)?.strip_suffix(end)?.to_owned();
        Some(Formula { source, display })
    })
}

/// How each formula begins in what is drawn.
const TAG: &str = "<span class=\"math\" data-math=\"";

/// What is drawn, with formulas typeset as far as that goes. Each keeps its source, as the page does it.
pub fn typeset_in(html: &str, typeset: impl FnOnce(Vec<Formula>) -> Vec<Option<String>>) -> String {
    // Nothing that a model wrote looks like a tag.
    let found: Vec<_> = html.match_indices(TAG).filter_map(|(at, _)| found(html, at)).collect();
    if found.is_empty() {
        return html.to_owned();
    }
    let made = typeset(found.iter().map(|found| found.formula.clone()).collect());
    let (mut whole, mut from) = (String::with_capacity(2 * html.len()), 0);
    for (Found { at, text, .. }, mathml) in found.iter().zip(made) {
        let Some(mathml) = mathml else { continue };
        whole.push_str(&html[from..*at]);
        whole.push_str(" data-source=\"");
        whole.push_str(&text.replace('"', "&quot;"));
        whole.push_str("\">");
        whole.push_str(&mathml);
        from = at + ">".len() + text.len();
    }
    whole + &html[from..]
}

struct Found<'h> {
    /// Where its tag ends, at the `>`.
    at: usize,
    /// As HTML.
    text: &'h str,
    formula: Formula,
}

fn found(html: &str, start: usize) -> Option<Found<'_>> {
    let at = start + html[start..].find('>')?;
    let inner = &html[at + 1..];
    // What turns text around is in an element of its own, and to be seen.
    let text = &inner[..inner.find('<')?];
    inner[text.len()..].starts_with("</span>").then_some(())?;
    let written = text.replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", "\r").replace("&amp;", "&");
    Some(Found { at, text, formula: formula(&written)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ends: bool) -> String {
        let mut source = String::new();
        push_lines(&mut source, text, Region::default(), ends);
        source.replace(GUARD, "¦").replace(END, "‖")
    }

    #[test]
    fn lines_of_a_formula_are_guarded_until_it_ends() {
        assert_eq!(read("$$\na\n- b\n=\n$$\n- c\n", true), "$$\na\n¦- b\n¦=\n$$\n- c\n");
        assert_eq!(read("\\[ a\n+ b \\]\n+ c", true), "\\[ a\n¦+ b \\]\n+ c");
        assert_eq!(read("> 1. $$\n> > b\n> - c\n\n- d", true), "> 1. $$\n> ¦> b\n> ¦- c\n\n- d");
        assert_eq!(read("$$\n\n- a", true), "$$\n\n- a", "a blank line ends it");
        assert_eq!(read("$$a$$\n- b\n$$$\n- c\n-$$\n- d", true), "$$a$$\n- b\n$$$\n- c\n-$$\n- d");
        assert_eq!(read("$$\n```\n- a", true), "$$\n```\n- a", "so does a fence");
    }

    #[test]
    fn the_end_of_an_open_formula_is_supposed() {
        assert_eq!(read("$$ a", true), "$$ a‖$$");
        assert_eq!(read("\\[\na\n", true), "\\[\na\n‖\\]");
        assert_eq!(read("$$ a", false), "$$ a");
        assert_eq!(read("$$ a $$", true), "$$ a $$");
    }

    #[test]
    fn a_text_cannot_bring_these_characters_itself() {
        assert_eq!(read("a\u{fdd0}b\u{fdd1}c\r\nd\r\re", true), "a\u{fffd}b\u{fffd}c\r\nd\n\ne");
    }

    #[test]
    fn a_region_goes_on_from_any_line() {
        let text = "- $$\n  a\n  - b\n> $$\nx\n\\[\n\n\\[\ny\n\\]\n";
        let ends: Vec<_> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        for at in ends {
            let (before, after) = text.split_at(at);
            assert_eq!(Region::default().after(before).after(after), Region::default().after(text));
        }
    }

    fn of(source: &str, display: bool) -> Option<Formula> {
        Some(Formula { source: source.to_owned(), display })
    }

    #[test]
    fn a_formula_is_told_by_its_ends() {
        assert_eq!(formula("$$a$$"), of("a", true));
        assert_eq!(formula("\\[a\\]"), of("a", true));
        assert_eq!(formula("$a$"), of("a", false));
        assert_eq!(formula("\\(a\\)"), of("a", false));
        assert_eq!(formula("\\(a"), None);
    }

    #[test]
    fn what_is_drawn_has_its_formulas_typeset() {
        let html = super::super::whole_html("m", "$a<b\"&lt;$ and $\\x$, $\u{202e}$\n\n$$\nb\r\n$$ `$c$`");
        let typeset = |formulas: Vec<Formula>| {
            let sources: Vec<_> = formulas.iter().map(|formula| (&*formula.source, formula.display)).collect();
            assert_eq!(sources, [("a<b\"&lt;", false), ("\\x", false), ("\nb\r\n", true)]);
            vec![Some("<math>1</math>".to_owned()), None, Some("<math>2</math>".to_owned())]
        };
        let typeset = typeset_in(&html, typeset);
        let one = "<span class=\"math\" data-math=\"inline\" dir=\"ltr\" data-source=\"$a&lt;b&quot;&amp;lt;$\"><math>1</math></span> and";
        assert!(typeset.contains(one), "{typeset}");
        assert!(typeset.contains("dir=\"ltr\">$\\x$</span>") && typeset.contains("data-name=\"RLO\""), "{typeset}");
        assert!(typeset.contains("data-source=\"$$\nb&#13;\n$$\"><math>2</math></span>"), "{typeset}");
        assert_eq!(typeset_in("<p>x</p>", |_| unreachable!()), "<p>x</p>");
    }
}
