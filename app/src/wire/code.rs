//! Code and its colours: what `highlight_code` takes and gives.

use super::word::words;
use serde::{Deserialize, Serialize};

/// A block of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeBlock {
    /// As the fence names it: `rust`, `rs`, `C++`; any text will do.
    pub language: String,
    pub code: String,
}

/// The next bytes of a block. The spans of a block come in order and cover it from its start; what is behind the last of them
/// is plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSpan {
    pub class: SpanClass,
    /// UTF-8 bytes; a span ends between characters.
    pub bytes: u32,
}

words! {
    /// What a span is, for its colour.
    pub enum SpanClass {
        Plain = "plain",
        Keyword = "keyword",
        String = "string",
        Comment = "comment",
        Number = "number",
        Function = "function",
        Type = "type",
        Variable = "variable",
        /// `true`, `None`, an escape, a symbol.
        Constant = "constant",
        Operator = "operator",
        Punctuation = "punctuation",
        /// Of a tag or of a declaration.
        Attribute = "attribute",
        Tag = "tag",
        /// A line that a diff adds.
        Inserted = "inserted",
        /// A line that a diff takes away.
        Deleted = "deleted",
        Heading = "heading",
    }
}
