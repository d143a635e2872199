//! A dialog over the page.

use super::in_browser;
use crate::browser::focus_part;
use leptos::{html, prelude::*};

/// Opens a dialog as soon as it is drawn. What the selector finds in it has the focus then, else the first that can.
///
/// Gives the node and what closes it: the browser takes the focus back to where it was, and tells the dialog's `close`.
pub fn modal(focused: Option<&'static str>) -> (NodeRef<html::Dialog>, impl Fn() + Copy + Send + Sync + 'static) {
    let dialog = NodeRef::<html::Dialog>::new();
    in_browser(move || {
        let Some(dialog) = dialog.get() else { return };
        // It fails only where it is open already.
        let _ = dialog.show_modal();
        if let Some(selector) = focused {
            focus_part(&dialog, selector);
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    (dialog, close)
}
