//! Parts that know no feature.

mod first_read;

pub use first_read::first_read;
