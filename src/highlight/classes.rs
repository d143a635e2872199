//! From the scopes of a grammar to our few classes.

use app::wire::SpanClass;
use std::sync::LazyLock;
use syntect::parsing::Scope;

/// What a scope says of the text that it covers.
#[derive(Clone, Copy)]
enum Says {
    Is(SpanClass),
    /// Only where no scope around it says anything: the quotes of a string are of the string.
    Else(SpanClass),
}
use Says::{Else, Is};
use SpanClass::*;

/// By the beginning of a scope's name; the first that fits counts, so the longer ones stand before the shorter ones.
const SCOPES: &[(&str, Says)] = &[
    ("comment", Is(Comment)),
    ("string", Is(String)),
    ("markup.inserted", Is(Inserted)),
    ("markup.deleted", Is(Deleted)),
    ("markup.heading", Is(Heading)),
    ("markup.raw", Is(String)),
    ("markup.underline.link", Is(String)),
    ("meta.diff", Is(Heading)),
    ("meta.annotation", Is(Attribute)),
    ("meta.attribute.rust", Is(Attribute)),
    // Code inside of a string.
    ("meta.interpolation", Is(Plain)),
    ("meta.template.expression", Is(Plain)),
    ("source", Is(Plain)),
    ("keyword.operator", Is(Operator)),
    ("keyword", Is(Keyword)),
    ("storage.type.numeric", Is(Number)),
    ("storage", Is(Keyword)),
    ("constant.numeric", Is(Number)),
    ("constant", Is(Constant)),
    ("entity.name.tag.yaml", Is(Attribute)),
    ("entity.name.tag.toml", Is(Attribute)),
    ("entity.name.tag", Is(Tag)),
    ("entity.name.section", Is(Heading)),
    ("entity.name.function", Is(Function)),
    ("entity.name.macro", Is(Function)),
    ("entity.name.constant", Is(Constant)),
    ("entity.name.label", Is(Constant)),
    ("entity.name.variable", Is(Variable)),
    ("entity.name", Is(Type)),
    ("entity.other.attribute-name", Is(Attribute)),
    ("entity.other", Is(Type)),
    ("support.type.property-name", Is(Attribute)),
    ("support.function", Is(Function)),
    ("support.macro", Is(Function)),
    ("support.constant", Is(Constant)),
    ("support.variable", Is(Variable)),
    ("support", Is(Type)),
    ("variable.function", Is(Function)),
    ("variable.annotation", Is(Attribute)),
    ("variable.language", Is(Keyword)),
    ("variable.other.constant", Is(Constant)),
    ("variable", Is(Variable)),
    ("punctuation.definition", Else(Punctuation)),
    ("punctuation", Is(Punctuation)),
];

static KNOWN: LazyLock<Vec<(Scope, Says)>> =
    LazyLock::new(|| SCOPES.iter().filter_map(|(name, says)| Some((Scope::new(name).ok()?, *says))).collect());

/// Scopes above these say nothing any more; a hostile text can nest without end.
const LOOKED_AT: usize = 32;

/// The class of a text, by the scopes that it stands in, the outermost first.
pub fn class_of(scopes: &[Scope], text: &str) -> SpanClass {
    let mut otherwise = None;
    for scope in scopes.iter().rev().take(LOOKED_AT) {
        match KNOWN.iter().find(|(known, _)| known.is_prefix_of(*scope)) {
            // `and`, `in`, `as`: an operator that reads as a word.
            Some((_, Is(Operator))) if text.starts_with(char::is_alphabetic) => return Keyword,
            Some((_, Is(Plain))) => break,
            Some((_, Is(class))) => return *class,
            Some((_, Else(class))) => otherwise = otherwise.or(Some(*class)),
            None => {}
        }
    }
    otherwise.unwrap_or(Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(scopes: &str, text: &str) -> SpanClass {
        let scopes: Vec<_> = scopes.split(' ').map(|scope| Scope::new(scope).unwrap()).collect();
        class_of(&scopes, text)
    }

    #[test]
    fn every_scope_of_the_table_is_one() {
        assert_eq!(KNOWN.len(), SCOPES.len());
    }

    #[test]
    fn the_innermost_scope_that_says_something_counts() {
        for (scopes, text, expected) in [
            ("source.rust", "x", Plain),
            ("source.rust keyword.control.rust", "if", Keyword),
            ("source.rust string.quoted.double.rust", "a", String),
            ("source.rust string.quoted.double.rust punctuation.definition.string.begin.rust", "\"", String),
            ("source.rust string.quoted.double.rust constant.character.escape.rust", "\\n", Constant),
            ("source.rust meta.group.rust punctuation.definition.group.begin.rust", "(", Punctuation),
            ("source.js string.template.js meta.interpolation.js", " ", Plain),
            ("source.js string.template.js meta.template.expression.js source.js.embedded.expression", "a", Plain),
            ("source.python keyword.operator.logical.python", "and", Keyword),
            ("source.python keyword.operator.arithmetic.python", "+", Operator),
            ("source.yaml string.unquoted.plain.out.yaml entity.name.tag.yaml", "key", Attribute),
            ("source.diff markup.inserted.diff", "+ a", Inserted),
            ("unheard.of", "x", Plain),
        ] {
            assert_eq!(class(scopes, text), expected, "{scopes}");
        }
    }
}
