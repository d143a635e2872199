//! The store's contract, without the databases.

#[path = "../../../src/store/error.rs"]
mod error;
#[path = "../../../src/store/ledger.rs"]
mod ledger;
#[path = "../../../src/store/library.rs"]
mod library;

pub use error::Error;
pub use ledger::{
    Bookmark, Committed, Continues, End, Group, Grown, Intent, KeptProvider, LENGTH, Ledger, MAX_PIECE, NewMessage,
    Orphan, Outcome, Owner, Piece, Place, REAPED_AT_MOST, REAPED_WITHIN, UNDELETE,
};
pub use library::{Change, Changes, Library, List, Path, Said, Step};
