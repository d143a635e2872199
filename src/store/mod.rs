//! Where conversations are kept. Storage is the truth; everything else is a faster way to hear of it.
//!
//! One trait writes ([`Ledger`], used by the journal alone), one reads ([`Library`]). Each kind of database is a folder here;
//! the contract in `tests/it/store.rs` holds for all of them.

mod error;
mod ledger;
mod library;
pub mod sqlite;

pub use error::Error;
pub use ledger::{
    Bookmark, Committed, Continues, End, Group, Grown, Intent, KeptProvider, LENGTH, Ledger, MAX_PIECE, NewMessage,
    Orphan, Outcome, Owner, Piece, Place, REAPED_AT_MOST, REAPED_WITHIN, UNDELETE,
};
pub use library::{Change, Changes, Library, List, Path, Said, Step};

/// The store failed while it read; the log says how.
pub fn unavailable(error: Error) -> app::wire::Error {
    tracing::error!("the store cannot be read: {error}");
    app::wire::Error::new(app::wire::Code::Unavailable, "the server cannot read its data")
        .hint("try again; the server's log says more")
}
