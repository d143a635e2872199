//! The name of a file for code.

/// What a language's files end with, where that is not its name.
const ENDINGS: [(&str, &str); 53] = [
    ("", "txt"),
    ("apache", "conf"),
    ("assembly", "asm"),
    ("bash", "sh"),
    ("batch", "bat"),
    ("c#", "cs"),
    ("c++", "cpp"),
    ("clojure", "clj"),
    ("cmd", "bat"),
    ("coffeescript", "coffee"),
    ("console", "sh"),
    ("csharp", "cs"),
    ("docker", "Dockerfile"),
    ("dockerfile", "Dockerfile"),
    ("elixir", "ex"),
    ("erlang", "erl"),
    ("f#", "fs"),
    ("fortran", "f90"),
    ("fsharp", "fs"),
    ("golang", "go"),
    ("haskell", "hs"),
    ("javascript", "js"),
    ("julia", "jl"),
    ("kotlin", "kt"),
    ("latex", "tex"),
    ("makefile", "Makefile"),
    ("markdown", "md"),
    ("matlab", "m"),
    ("mermaid", "mmd"),
    ("node", "js"),
    ("objc", "m"),
    ("objective-c", "m"),
    ("ocaml", "ml"),
    ("perl", "pl"),
    ("plaintext", "txt"),
    ("postgres", "sql"),
    ("postgresql", "sql"),
    ("powershell", "ps1"),
    ("protobuf", "proto"),
    ("py3", "py"),
    ("python", "py"),
    ("python3", "py"),
    ("ruby", "rb"),
    ("rust", "rs"),
    ("shell", "sh"),
    ("sqlite", "sql"),
    ("terraform", "tf"),
    ("text", "txt"),
    ("typescript", "ts"),
    ("viml", "vim"),
    ("visualbasic", "vb"),
    ("zsh", "sh"),
    ("zsh-session", "sh"),
];

/// Longer words are no ending.
const LONGEST: usize = 8;

/// A name that says what the code is. Where the model named the file itself, it is that one.
pub fn file_name(language: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let named = language.rsplit_once('.').is_some_and(|(name, ending)| !name.is_empty() && !ending.is_empty());
    if named && language.chars().all(is_plain) && !language.starts_with('.') {
        return language.to_owned();
    }
    let language = language.to_ascii_lowercase();
    let known = ENDINGS.iter().find(|(name, _)| *name == language).map(|(_, ending)| *ending);
    let is_ending = |word: &str| word.len() <= LONGEST && word.chars().all(|c| c.is_ascii_alphanumeric());
    match known {
        Some(name) if name.starts_with(char::is_uppercase) => name.to_owned(),
        Some(ending) => format!("code.{ending}"),
        None if is_ending(&language) => format!("code.{language}"),
        None => "code.txt".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_language() {
        for (language, name) in [
            ("rust", "code.rs"),
            ("Python", "code.py"),
            ("C++", "code.cpp"),
            ("rs", "code.rs"),
            ("dockerfile", "Dockerfile"),
            ("", "code.txt"),
            ("main.rs", "main.rs"),
            (".hidden", "code.txt"),
            ("..", "code.txt"),
            ("a-very-long-name", "code.txt"),
            ("x+y", "code.txt"),
            ("yaml", "code.yaml"),
        ] {
            assert_eq!(file_name(language), name, "{language}");
        }
    }
}
