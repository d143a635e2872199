//! Colours for code, which the server knows: a block is plain until they come.

use crate::wire::{CodeBlock, CodeSpan, Error};
use leptos::{prelude::*, server_fn::codec::Json};

/// For each block its spans, in order, which cover it from its start; none for an unknown language, or for what could not be done
/// in time. At most 64 blocks and 256 KB together.
#[server(prefix = "/api", endpoint = "highlight_code", input = Json, output = Json)]
pub async fn highlight_code(blocks: Vec<CodeBlock>) -> Result<Vec<Vec<CodeSpan>>, Error> {
    crate::backend::backend()?.highlight_code(blocks).await
}
