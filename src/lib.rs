//! Brooklet's server.
//!
//! A tour, in the order in which a reply meets them: `http` takes the request through the `door`, `caller` says who asks,
//! `replies` runs and follows, `providers` write, `journal` is the one writer and holds the tail, `store` keeps, `relay` wakes.

pub mod config;
pub mod state;

mod caller;
pub mod http;

pub mod attachments;
pub mod conversations;
pub mod replies;
pub mod settings;

pub mod highlight;
pub mod journal;
pub mod math;
pub mod providers;
pub mod relay;
mod remembered;
pub mod store;
mod sync;
mod workshop;
