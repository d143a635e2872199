//! The transports. Each reads the same follower; a transport is a file here and a route in `http`.

mod sse;

pub use sse::{events, reply_events};
