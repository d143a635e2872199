//! LaTeX as models write it, in the words that pulldown-latex knows.

/// What stands for a frame until it is one: a colour that nobody sees, since all colours are left out.
pub const FRAME: (u8, u8, u8) = (1, 2, 3);

/// Commands that make commands. A formula has no use for them, and one line of them can grow without end.
const MACROS: [&str; 12] = [
    "def",
    "edef",
    "futurelet",
    "gdef",
    "global",
    "let",
    "long",
    "newcommand",
    "newenvironment",
    "providecommand",
    "renewcommand",
    "xdef",
];

/// What a command is in other words.
const ALIASES: [(&str, &str); 17] = [
    ("argmax", "\\operatorname{argmax}"),
    ("argmin", "\\operatorname{argmin}"),
    ("bm", "\\boldsymbol"),
    ("boxed", "\\textcolor{#010203}"),
    ("dd", "\\mathrm{d}"),
    ("displaylimits", ""),
    ("fbox", "\\fcolorbox{black}{white}"),
    ("hbox", "\\text"),
    ("hfill", "\\qquad "),
    ("mathds", "\\mathbb"),
    ("mathscr", "\\mathcal"),
    ("mbox", "\\text"),
    ("mod", "\\;\\operatorname{mod}\\;"),
    ("nonumber", ""),
    ("notag", ""),
    ("pmb", "\\boldsymbol"),
    ("textnormal", "\\text"),
];

/// Whether it can be typeset at all. What turns text around is seen in the source, and would not be in a formula.
pub fn is_plain(source: &str) -> bool {
    let hides = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\r' | '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !source.trim().is_empty() && !source.contains(hides)
}

/// The formula in words that are known; none if it makes commands of its own.
pub fn in_known_words(source: &str) -> Option<String> {
    let mut known = String::with_capacity(source.len() + 64);
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('\\') {
        known.push_str(before);
        let name = &after[..after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len())];
        rest = &after[name.len()..];
        if MACROS.contains(&name) {
            return None;
        }
        if name.is_empty() {
            // An escaped character, which may be a backslash.
            let length = rest.chars().next().map_or(0, char::len_utf8);
            known.push('\\');
            known.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        match (name, argument(rest.strip_prefix('*').unwrap_or(rest))) {
            // Names and numbers of formulas lead nowhere in a message; a number is shown.
            ("label", Some((_, behind))) => rest = behind,
            ("tag", Some((words, behind))) => {
                known.push_str(&format!("\\qquad\\text{{({words})}}"));
                rest = behind;
            }
            ("operatorname", _) => {
                known.push_str("\\operatorname");
                rest = rest.strip_prefix('*').unwrap_or(rest);
            }
            _ => match ALIASES.iter().find(|(alias, _)| *alias == name) {
                Some((_, words)) => {
                    known.push_str(words);
                    if words.is_empty() || words.ends_with(|c: char| c.is_ascii_alphabetic()) {
                        known.push(' ');
                    }
                }
                None => {
                    known.push('\\');
                    known.push_str(name);
                }
            },
        }
    }
    known.push_str(rest);
    Some(known)
}

/// A group of plain words, and what stands behind it.
fn argument(text: &str) -> Option<(&str, &str)> {
    let (words, behind) = text.trim_start().strip_prefix('{')?.split_once('}')?;
    (!words.contains(['{', '\\'])).then_some((words, behind))
}

/// Lines by themselves, as if an environment stood around them: models leave it out.
pub fn with_environment(known: &str) -> Option<String> {
    if !known.contains("\\\\") && !known.contains('&') {
        return None;
    }
    let environment = if known.contains('&') { "aligned" } else { "gathered" };
    Some(format!("\\begin{{{environment}}}{known}\\end{{{environment}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_models_write_is_said_in_known_words() {
        for (source, known) in [
            ("\\boxed{x}", "\\textcolor{#010203}{x}"),
            ("\\bm x\\bmod y", "\\boldsymbol  x\\bmod y"),
            ("\\operatorname*{argmax}_x", "\\operatorname{argmax}_x"),
            ("a \\tag{1.2}\\label{eq:1} b", "a \\qquad\\text{(1.2)} b"),
            ("a\\nonumber\\\\b", "a \\\\b"),
            ("\\\\boxed \\{", "\\\\boxed \\{"),
            ("a\\", "a\\"),
            ("\\tag{\\x}", "\\tag{\\x}"),
        ] {
            assert_eq!(in_known_words(source).as_deref(), Some(known), "{source}");
        }
        for source in ["\\def\\a{\\a}", "\\newcommand{\\x}{y}", "x\\let\\a\\b", "\\gdef \\x{1}"] {
            assert_eq!(in_known_words(source), None, "{source}");
        }
        assert!(in_known_words("\\\\def").is_some() && in_known_words("\\left(").is_some());
    }

    #[test]
    fn what_turns_text_around_stays_source() {
        assert!(is_plain("x\n+ \\text{中文}"));
        for source in ["", " \n", "a\u{202e}b", "a\0b", "\u{2066}", "\u{7}"] {
            assert!(!is_plain(source), "{source:?}");
        }
    }

    #[test]
    fn every_alias_is_found() {
        assert!(ALIASES.is_sorted() && MACROS.is_sorted());
    }
}
