//! Which grammar a fence asks for: by name, by extension, and by what models write besides.

use syntect::parsing::{SyntaxReference, SyntaxSet};

/// Longer names are none.
const NAME: usize = 40;

/// Names that are neither a grammar's name nor an extension of its files.
const ALIASES: &[(&str, &str)] = &[
    ("asm", "asm"),
    ("assembly", "asm"),
    ("bat", "bat"),
    ("cmd", "bat"),
    ("console", "sh"),
    ("csharp", "cs"),
    ("c#", "cs"),
    ("docker", "dockerfile"),
    ("fs", "f#"),
    ("fsharp", "f#"),
    ("golang", "go"),
    ("html5", "html"),
    ("javascriptreact", "jsx"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsonl", "json"),
    ("ndjson", "json"),
    ("mjs", "js"),
    ("cjs", "js"),
    ("jsx", "js"),
    ("node", "js"),
    ("kts", "kt"),
    ("markdown", "md"),
    ("mysql", "sql"),
    ("pgsql", "sql"),
    ("plpgsql", "sql"),
    ("postgres", "sql"),
    ("postgresql", "sql"),
    ("sqlite", "sql"),
    ("objc", "objective-c"),
    ("objectivec", "objective-c"),
    ("obj-c", "objective-c"),
    ("patch", "diff"),
    ("proto3", "proto"),
    ("py3", "py"),
    ("python3", "py"),
    ("pycon", "py"),
    ("rlang", "r"),
    ("shell", "sh"),
    ("shell-session", "sh"),
    ("shellscript", "sh"),
    ("sh-session", "sh"),
    ("terminal", "sh"),
    ("zsh", "sh"),
    ("terraform", "tf"),
    ("hcl", "tf"),
    ("typescriptreact", "tsx"),
    ("mts", "ts"),
    ("cts", "ts"),
    ("vim", "viml"),
    ("xhtml", "html"),
    ("yml", "yaml"),
];

/// The grammar for a fence's words, where there is one: `rust`, `Rust`, `rust,ignore`, `{.rs}`, `rs title="a.rs"`.
pub fn find<'a>(grammars: &'a SyntaxSet, language: &str) -> Option<&'a SyntaxReference> {
    let name = name(language)?;
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, name)| name);
    grammars.find_syntax_by_token(name)
}

/// The first word, in lower case.
fn name(language: &str) -> Option<String> {
    let words = language.trim_start_matches(|c: char| c.is_whitespace() || "{.".contains(c));
    let end = words.find(|c: char| c.is_whitespace() || ",;:{}".contains(c)).unwrap_or(words.len());
    let name = &words[..end];
    (!name.is_empty() && name.len() <= NAME).then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

    fn found(language: &str) -> Option<&str> {
        find(&GRAMMARS, language).map(|grammar| grammar.name.as_str())
    }

    #[test]
    fn finds_what_models_write() {
        let mut wrong = Vec::new();
        for (languages, grammar) in [
            ("rust rs Rust rust,ignore {.rust} rs:src/main.rs", "Rust"),
            ("js javascript jsx mjs cjs node JavaScript", "JavaScript"),
            ("ts typescript mts", "TypeScript"),
            ("tsx typescriptreact", "TypeScriptReact"),
            ("py python python3 py3", "Python"),
            ("sh bash shell zsh console shell-session terminal", "Bourne Again Shell (bash)"),
            ("json jsonc json5 jsonl", "JSON"),
            ("yaml yml", "YAML"),
            ("toml", "TOML"),
            ("c", "C"),
            ("c++ cpp cc hpp", "C++"),
            ("c# cs csharp", "C#"),
            ("html", "HTML"),
            ("xml", "XML"),
            ("css", "CSS"),
            ("scss", "SCSS"),
            ("sql postgresql mysql sqlite", "SQL"),
            ("go golang", "Go"),
            ("java", "Java"),
            ("kotlin kt kts", "Kotlin"),
            ("swift", "Swift"),
            ("docker dockerfile Dockerfile", "Dockerfile"),
            ("diff patch", "Diff"),
            ("makefile make", "Makefile"),
            ("md markdown", "Markdown"),
            ("rb ruby", "Ruby"),
            ("php", "PHP"),
            ("lua", "Lua"),
            ("perl pl", "Perl"),
            ("r R", "R"),
            ("scala", "Scala"),
            ("hs haskell", "Haskell"),
            ("ex exs elixir", "Elixir"),
            ("tf hcl terraform", "Terraform"),
            ("nix", "Nix"),
            ("zig", "Zig"),
            ("vue", "Vue Component"),
            ("svelte", "Svelte"),
            ("proto protobuf", "Protocol Buffer"),
            ("graphql gql", "GraphQL"),
            ("ini", "INI"),
            ("nginx", "nginx"),
            ("latex tex", "LaTeX"),
            ("objc objective-c", "Objective-C"),
            ("asm nasm", "x86_64 Assembly"),
            ("bat cmd", "Batch File"),
            ("dart", "Dart"),
            ("julia jl", "Julia"),
            ("cmake", "CMake"),
            ("fsharp fs f#", "F#"),
            ("clojure clj", "Clojure"),
            ("erlang erl", "Erlang"),
            ("ocaml ml", "OCaml"),
        ] {
            for language in languages.split(' ') {
                let found = found(language);
                wrong.extend((found != Some(grammar)).then_some((language, found)));
            }
        }
        assert_eq!(wrong, []);
        assert_eq!(found("rust title=\"main.rs\""), Some("Rust"));
    }

    #[test]
    fn what_is_none_is_none() {
        for language in ["", " ", "{}", "klingon", "\0", "🐟", &"rust".repeat(2_500), "../../etc/passwd", "rust\0"] {
            assert_eq!(found(language), None, "{language}");
        }
    }
}
