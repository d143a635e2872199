//! The server's own files (journal, tail, relay, follower), compiled against model-checked primitives, and a store in memory.
//!
//! In the server `tokio` is tokio and `crate::sync` is std; here they are shuttle's, which runs all tasks on one thread and
//! chooses at each lock, send and wake who goes on.

pub mod memory;

pub mod sync {
    pub use shuttle::sync::{Mutex, MutexGuard};
    pub use std::sync::PoisonError;
}

#[path = "../../../src/relay.rs"]
pub mod relay;

#[path = "../../../src/journal/mod.rs"]
pub mod journal;

pub mod replies;
pub mod store;
