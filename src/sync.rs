//! The mutex of the code that `tests/model` checks: there, a model-checked one stands in its place.

pub use std::sync::{Mutex, MutexGuard, PoisonError};
