//! Formulas: what `typeset_math` takes.

use serde::{Deserialize, Serialize};

/// A formula in LaTeX, without what begins and ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Formula {
    pub source: String,
    /// It stands in lines of its own.
    pub display: bool,
}
