//! What a caller of the store can tell apart.

/// What can go wrong below the store's traits.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No room on the disk. Nothing was stored; trying again makes sense.
    #[error("the disk is full")]
    Full,
    /// Anything else, an I/O error first of all. It is not tried again: after a failed fsync nobody knows what is on the disk.
    #[error("the database failed: {0}")]
    Broken(String),
}
