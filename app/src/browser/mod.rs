//! All that the page asks of the browser, one small function each. Nothing here knows a feature.
//!
//! It compiles everywhere and runs in the browser only: call it in effects and event handlers, which the server never
//! runs. What the browser refuses (no storage in a private window, no clipboard without TLS) is an answer, never a panic.

mod clipboard;
mod cookie;
mod download;
mod drawing;
mod element;
mod event_source;
mod fetch;
mod focus;
mod frame;
mod lines;
mod options;
mod page;
mod pasted;
mod pictures;
mod popover;
mod rich;
mod root;
mod scroller;
mod storage;
mod tabs;
mod text;
mod text_area;
mod timer;

pub use clipboard::{copy, copy_both};
pub use cookie::{cookie, set_cookie};
pub use download::save;
pub use drawing::{
    Selected, all_in, around, draw_again, draw_from, extend, growing_end, has_text_behind, is_drawn, is_in_selection,
    on_page, pressed, replace_unselected, selected_copy,
};
pub use element::{
    Key, fit_rows, focus, focus_part, has_keyboard, has_selection, is_focus_free, is_link, is_there, is_within, key,
    press_button, select_all, write_into,
};
pub use event_source::{EventSource, Told};
pub use fetch::{Answer, Fetch};
pub use focus::{FocusMove, focus_is_lost, focus_on, focus_on_next_page, focus_soon, leave_field, page_has_focus};
pub use frame::{fetch_text, on_frame, tell_frame};
pub use lines::{has_lines, part_lines};
pub use options::{reveal, value_at};
pub use page::{Listener, is_online, is_visible, load_again, on_chord, on_document, on_key, on_window, page_is_wide};
pub use pasted::{on_text_pasted, write_at_end};
pub use pictures::{Picture, choose_pictures, on_pictures};
pub use popover::open_popover;
pub use rich::{plain, rich};
pub use root::{body, root_attribute, set_attribute, set_property, set_root_attribute};
pub use scroller::{Anchor, Resized, Scroller, View, top_of};
pub use storage::{forget, forget_in_tab, recall, recall_in_tab, remember, remember_in_tab};
pub use tabs::{Channel, TabLock};
pub use text::{begin_paragraph, clear, extend_last, text_of};
pub use text_area::{Before, TextArea, on_text_area};
pub use timer::{Timer, minutes_east, next_frame, sleep, wall_ms};
/// An element of the page, for who hands it from one of these functions to another.
pub use web_sys::Element;
