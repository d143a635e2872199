//! What floats above the page, beside what opened it.

use web_sys::{DomRect, Element, HtmlElement};

/// Pixels between the two, and to the window's edge.
const GAP: f64 = 4.0;
const MARGIN: f64 = 8.0;

/// Shows an element with the attribute `popover` above everything else, below its anchor or, without room there, above
/// it. A browser that knows no popovers shows it in its place all the same.
pub fn open_popover(element: &HtmlElement, anchor: &Element) {
    if js_sys::Reflect::has(element, &"showPopover".into()).unwrap_or(false) {
        // It fails when it is shown already.
        let _ = element.show_popover();
    }
    let Some((width, height)) = window_size() else { return };
    let (size, anchor) = (element.get_bounding_client_rect(), anchor.get_bounding_client_rect());
    let (left, top) = place((size.width(), size.height()), Edges::from(&anchor), (width, height));
    for (name, value) in [("left", left), ("top", top)] {
        // Through the object model, which the page's policy allows, unlike an attribute.
        let _ = element.style().set_property(name, &format!("{}px", value as i32));
    }
}

fn window_size() -> Option<(f64, f64)> {
    let root = web_sys::window()?.document()?.document_element()?;
    Some((f64::from(root.client_width()), f64::from(root.client_height())))
}

struct Edges {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl From<&DomRect> for Edges {
    fn from(rect: &DomRect) -> Self {
        Self { left: rect.left(), top: rect.top(), right: rect.right(), bottom: rect.bottom() }
    }
}

/// Where a box of this size stands beside the anchor, inside of the window.
fn place((width, height): (f64, f64), anchor: Edges, window: (f64, f64)) -> (f64, f64) {
    // It begins where its anchor does, or ends there.
    let fits = anchor.left + width + MARGIN <= window.0;
    let left = if fits { anchor.left } else { anchor.right - width };
    let below = anchor.bottom + GAP;
    let above = anchor.top - GAP - height;
    let top = if below + height + MARGIN > window.1 && above > MARGIN { above } else { below };
    let inside = |at: f64, size: f64, room: f64| at.min(room - MARGIN - size).max(MARGIN);
    (inside(left, width, window.0), inside(top, height, window.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: (f64, f64) = (1000.0, 600.0);

    fn anchor(left: f64, top: f64) -> Edges {
        Edges { left, top, right: left + 32.0, bottom: top + 32.0 }
    }

    #[test]
    fn below_and_beside_its_anchor() {
        assert_eq!(place((160.0, 80.0), anchor(100.0, 100.0), WINDOW), (100.0, 136.0));
        assert_eq!(place((160.0, 80.0), anchor(900.0, 100.0), WINDOW), (772.0, 136.0));
    }

    #[test]
    fn above_where_there_is_no_room_below_and_never_outside() {
        assert_eq!(place((160.0, 80.0), anchor(100.0, 560.0), WINDOW), (100.0, 476.0));
        assert_eq!(place((160.0, 900.0), anchor(100.0, 300.0), WINDOW), (100.0, 8.0));
        assert_eq!(place((1200.0, 80.0), anchor(100.0, 100.0), WINDOW).0, 8.0);
    }
}
