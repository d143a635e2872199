//! Colours for code, and formulas typeset, which the server knows: both stand as they were written until that comes.

use crate::wire::{CodeBlock, CodeSpan, Error, Formula};
use leptos::{prelude::*, server_fn::codec::Json};

/// For each block its spans, in order, which cover it from its start; none for an unknown language, or for what could not be done
/// in time. At most 64 blocks and 256 KB together.
#[server(prefix = "/api", endpoint = "highlight_code", input = Json, output = Json)]
pub async fn highlight_code(blocks: Vec<CodeBlock>) -> Result<Vec<Vec<CodeSpan>>, Error> {
    crate::backend::backend()?.highlight_code(blocks).await
}

/// Each formula as MathML, in order; none for one that is broken, unknown or too long, or that was not done in time. At most 128
/// formulas and 64 KB together.
#[server(prefix = "/api", endpoint = "typeset_math", input = Json, output = Json)]
pub async fn typeset_math(formulas: Vec<Formula>) -> Result<Vec<Option<String>>, Error> {
    crate::backend::backend()?.typeset_math(formulas).await
}
