//! The settings: what is asked for replies.

pub mod calls;
