//! Which code can be looked at as what it makes.

/// What a frame can show; by these names its document knows them (`src/http/preview`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    Html,
    Svg,
    Mermaid,
}

impl Preview {
    /// Of code in this language.
    pub fn of(language: &str) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|name| language.eq_ignore_ascii_case(name));
        [(Self::Html, &["html", "htm", "xhtml"][..]), (Self::Svg, &["svg"]), (Self::Mermaid, &["mermaid", "mmd"])]
            .into_iter()
            .find_map(|(preview, names)| is(names).then_some(preview))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Svg => "svg",
            Self::Mermaid => "mermaid",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_languages_make_something_to_look_at() {
        for preview in [Preview::Html, Preview::Svg, Preview::Mermaid] {
            assert_eq!(Preview::of(preview.name()), Some(preview));
        }
        assert_eq!(Preview::of("HTML"), Some(Preview::Html));
        assert_eq!([Preview::of(""), Preview::of("rust"), Preview::of("html5x")], [None; 3]);
    }
}
