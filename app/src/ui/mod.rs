//! Parts that know no feature.
//!
//! Their props are signals and callbacks, never closures of their own types: the compiler makes each part once and not
//! once for each place where it stands, which is what keeps the WASM small.

mod asking;
mod button;
mod each;
mod effect;
mod first_read;
mod only;
mod problem;

pub use asking::Asking;
pub use button::Button;
pub use each::Each;
pub use effect::in_browser;
pub use first_read::first_read;
pub use only::Only;
pub use problem::Problem;
