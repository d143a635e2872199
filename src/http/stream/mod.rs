//! The transports. Each reads the same follower; a transport is a file here and a route in `http`.

mod long_poll;
mod query;
mod sse;

pub use long_poll::poll;
pub use sse::{events, reply_events};
