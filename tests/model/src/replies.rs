//! The follower, without the runners.

#[path = "../../../src/replies/follow.rs"]
mod follow;

pub use follow::{Batch, Follower, Sources};
