//! Parts that know no feature.
//!
//! Their props are signals and callbacks, never closures of their own types: the compiler makes each part once and not
//! once for each place where it stands, which is what keeps the WASM small.

mod asking;
mod button;
mod each;
mod effect;
mod field;
mod first_read;
mod heading;
mod icon;
mod icon_button;
mod later;
mod mark;
mod menu;
mod modal;
mod only;
mod page_link;
mod patience;
mod popover;
mod problem;
mod step;
mod toast;

pub use asking::Asking;
pub use button::Button;
pub use each::Each;
pub use effect::in_browser;
pub use field::Field;
pub use first_read::first_read;
pub use heading::{Heading, PageTitle};
pub use icon::{Glyph, Icon};
pub use icon_button::IconButton;
pub use later::{Later, Make};
pub use mark::Mark;
pub use menu::{Menu, MenuItem};
pub use modal::modal;
pub use only::Only;
pub use page_link::PageLink;
pub use patience::patiently;
pub use popover::Popover;
pub use problem::Problem;
pub use step::Step;
pub use toast::{Offer, ToastArea, Toasts};
