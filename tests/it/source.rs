//! Reads Rust as text, just well enough for `tidy`: what is code, and which paths it names.
//!
//! No parser: a rule about names needs names, and a test that takes a second to compile is run more often.

use std::{collections::BTreeSet, fs, path::Path};

/// A file of the repository, or of a sample.
pub struct File {
    /// From the root of the repository, with slashes.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The package and the module path that the file is, such as `["brooklet", "http", "door"]`; none outside a `src`.
    pub fn module(&self) -> Option<Vec<String>> {
        let (package, inside) = [("brooklet", "src/"), ("app", "app/src/"), ("frontend", "frontend/src/")]
            .into_iter()
            .find_map(|(package, folder)| Some((package, self.path.strip_prefix(folder)?)))?;
        let mut module = vec![package.to_owned()];
        module.extend(inside.strip_suffix(".rs")?.split('/').map(str::to_owned));
        if module.len() == 2 && module[1] == "lib" || module.last().is_some_and(|name| name == "mod") {
            module.pop();
        }
        Some(module)
    }

    /// The paths that the code names, tests left out, each with its line and resolved to start with a package.
    pub fn imports(&self) -> Vec<(usize, Vec<String>)> {
        let Some(module) = self.module() else { return vec![] };
        if self.path.ends_with("/tests.rs") || self.path.contains("/tests/") {
            return vec![];
        }
        let code = without_tests(&code(&self.text));
        let mut found = BTreeSet::new();
        for (start, word) in words(&code) {
            let line = code[..start].matches('\n').count() + 1;
            let rest = &code[start + word.len()..];
            if word == "use" && rest.starts_with(char::is_whitespace) {
                let tree = rest.split(';').next().unwrap_or_default();
                found.extend(expand(tree).into_iter().map(|path| (line, resolve(&module, path))));
            } else if rest.starts_with("::") && !code[..start].ends_with([':', '.', '$']) {
                found.insert((line, resolve(&module, leading_path(&code[start..]))));
            }
        }
        found.into_iter().collect()
    }
}

/// All files below these folders and the named ones, where they are there.
pub fn read(root: &Path, names: &[&str]) -> Vec<File> {
    let mut files = vec![];
    for name in names {
        read_into(root, name, &mut files);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn read_into(root: &Path, name: &str, files: &mut Vec<File>) {
    let path = root.join(name);
    if path.is_dir() {
        for entry in fs::read_dir(&path).expect("a folder of the repository can be read").flatten() {
            let child = entry.file_name().to_string_lossy().into_owned();
            if child != "target" && child != "node_modules" {
                read_into(root, &format!("{name}/{child}"), files);
            }
        }
    } else if let Ok(text) = fs::read_to_string(&path) {
        files.push(File::new(name, text));
    }
}

/// The same text with comments and the insides of literals blanked, so that offsets and lines stay.
pub fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word_before = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if first == '"' {
            quoted(rest, 1)
        } else if !word_before && raw_string(rest) > 0 {
            raw_string(rest)
        } else if first == '\'' {
            char_literal(rest)
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        out.extend(rest[..length].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        rest = &rest[length..];
    }
    out
}

/// Comments nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// A literal that ends with the character with which it begins, from `from` on.
fn quoted(text: &str, from: usize) -> usize {
    let quote = text.as_bytes()[from - 1];
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `r"…"`, `r#"…"#`, `br#"…"#`; 0 where there is none.
fn raw_string(text: &str) -> usize {
    let Some(after) = text.strip_prefix("br").or_else(|| text.strip_prefix('r')) else { return 0 };
    let hashes = after.len() - after.trim_start_matches('#').len();
    if !after[hashes..].starts_with('"') {
        return 0;
    }
    let open = text.len() - after.len() + hashes + 1;
    let close = format!("\"{}", "#".repeat(hashes));
    text[open..].find(&close).map_or(text.len(), |at| open + at + close.len())
}

/// `'a'` and `'\n'`, but of a lifetime only the quote.
fn char_literal(text: &str) -> usize {
    let mut chars = text[1..].chars();
    match chars.next() {
        Some('\\') => quoted(text, 1),
        Some(c) if chars.next() == Some('\'') => c.len_utf8() + 2,
        _ => 1,
    }
}

/// Blanks `#[cfg(test)] mod … { … }`.
pub fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    while let Some(start) = out.find("#[cfg(test)]") {
        let body = out[start..].find(['{', ';']).map_or(out.len(), |at| start + at);
        let mut end = body;
        let mut depth = 0;
        for (at, byte) in out.bytes().enumerate().skip(body) {
            depth += i32::from(byte == b'{') - i32::from(byte == b'}');
            end = at + 1;
            if depth == 0 {
                break;
            }
        }
        let blank: String = out[start..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blank);
    }
    out
}

/// Each identifier with its offset.
pub fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.split(move |c| !part_of_word(c))
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - code.as_ptr() as usize, word))
}

/// `a::b::C` at the start of a text.
fn leading_path(code: &str) -> Vec<String> {
    let end = code.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(code.len());
    code[..end].split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The paths of a use tree: `a::{b, c::{d, e}}` gives `a::b`, `a::c::d` and `a::c::e`.
fn expand(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some(brace) = tree.find('{') else { return vec![leading_path(tree)] };
    let inside = tree[brace + 1..].trim_end().strip_suffix('}').unwrap_or(&tree[brace + 1..]);
    let mut branches = vec![String::new()];
    let mut depth = 0;
    for c in inside.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match branches.last_mut() {
            Some(branch) if c != ',' || depth > 0 => branch.push(c),
            _ => branches.push(String::new()),
        }
    }
    let prefix = leading_path(&tree[..brace]);
    let below = branches.iter().filter(|branch| !branch.trim().is_empty()).flat_map(|branch| expand(branch));
    below.map(|path| [prefix.clone(), path].concat()).collect()
}

/// A path as seen from the root of its package. What is not ours keeps its first name, which is its crate's.
fn resolve(module: &[String], path: Vec<String>) -> Vec<String> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    match path.first().map(String::as_str) {
        Some("crate") => [&module[..1], &path[1..]].concat(),
        Some("self") => [module, &path[1..]].concat(),
        Some("super") => [&module[..module.len().saturating_sub(ups).max(1)], &path[ups..]].concat(),
        _ => path,
    }
}

#[test]
fn reads_paths_and_nothing_else() {
    let text = r##"
use crate::{store::{Store, sqlite as s}, relay};
use super::door; // crate::comment
fn f<'a>(x: &'a str) { let _ = ('"', "crate::string", r#"crate::raw"#); app::wire::Event::of(x); self::g() }
/* crate::block /* crate::nested */ */
#[cfg(test)]
mod tests { use crate::tested; fn g() { } }
fn h() { rusqlite::params("x") }
"##;
    let imports = File::new("src/http/stream/sse.rs", text).imports();
    let found: Vec<_> = imports.iter().map(|(line, path)| format!("{line} {}", path.join("::"))).collect();
    let expected = [
        "2 brooklet::relay",
        "2 brooklet::store::Store",
        "2 brooklet::store::sqlite",
        "3 brooklet::http::stream::door",
        "4 app::wire::Event::of",
        "4 brooklet::http::stream::sse::g",
        "8 rusqlite::params",
    ];
    let missing: Vec<_> = expected.iter().filter(|path| !found.contains(&(**path).to_owned())).collect();
    assert!(missing.is_empty(), "{missing:?} not in {found:?}");
    let extra: Vec<_> = found.iter().filter(|path| path.contains("tested") || path.contains("string")).collect();
    assert!(extra.is_empty() && !found.iter().any(|path| path.contains("raw") || path.contains("nested")), "{found:?}");
}
