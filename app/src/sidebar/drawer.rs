//! Where the sidebar is: beside the page, collapsed to a rail, or on a phone in a drawer above it.

use crate::{
    browser::{focus_on, next_frame, page_is_wide, root_attribute, set_cookie, set_root_attribute},
    text::Msg,
    ui::{Toasts, in_browser},
    visit,
};
use leptos::prelude::*;

const RAIL: &str = "rail";

/// One for the page, in the context.
#[derive(Clone, Copy)]
pub struct Drawer {
    /// A phone's drawer is open: what is behind it takes neither keys nor clicks.
    open: RwSignal<bool>,
    /// Collapsed, on a wide window. Styles go by `data-sidebar` on `<html>`, which the server sets; this follows it.
    rail: RwSignal<bool>,
    toasts: Toasts,
}

impl Drawer {
    pub fn new(toasts: Toasts) -> Self {
        let drawer = Self { open: RwSignal::new(false), rail: RwSignal::new(false), toasts };
        in_browser(move || drawer.rail.set(root_attribute("data-sidebar").as_deref() == Some(RAIL)));
        drawer
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(|| Self::new(Toasts::of_page()))
    }

    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// The same, for event handlers.
    pub fn is_open_now(self) -> bool {
        self.open.get_untracked()
    }

    pub fn is_rail(self) -> bool {
        self.rail.get()
    }

    pub fn open(self) {
        self.open.set(true);
        // It is not hidden any more when it has been drawn.
        next_frame(|| {
            focus_on(".sidebar-close");
        });
    }

    /// Closes it, and gives the focus back to what opened it.
    pub fn close(self) {
        if self.open.try_update(std::mem::take) == Some(true) {
            next_frame(|| {
                focus_on(".top-menu");
            });
        }
    }

    /// Shows it, or hides it, whichever way it is there.
    pub fn toggle(self) {
        match (page_is_wide(), self.is_open_now()) {
            (true, _) => self.toggle_rail(),
            (false, true) => self.close(),
            (false, false) => self.open(),
        }
    }

    /// Collapses it on a wide window, or brings it back; this browser remembers that.
    pub fn toggle_rail(self) {
        let rail = !self.rail.get_untracked();
        self.rail.set(rail);
        let value = rail.then_some(RAIL);
        set_root_attribute("data-sidebar", value);
        if !set_cookie(visit::SIDEBAR, value) {
            self.toasts.say_once(Msg::NotKept.text());
        }
    }
}
