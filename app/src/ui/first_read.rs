//! What a page reads before it is drawn: the server reads it once, and the browser takes it over.

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

/// The answer to a call, made while the page is rendered and not made again when the browser takes over.
pub type FirstRead<T> = OnceResource<T, Json>;

/// Begins to read.
pub fn first_read<T>(read: impl Future<Output = T> + Send + 'static) -> FirstRead<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    OnceResource::new_with_options(read, false)
}

/// JSON read from bytes, as the answers to calls are: `JsonSerdeCodec` reads it from a `str`, and every type of the wire
/// would be in the WASM twice.
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}
