//! What scrolls, and what a reader sees of it.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver};

/// How far something is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Pixels above of what is seen.
    pub top: i32,
    /// The greatest `top`.
    pub end: i32,
}

/// An element that scrolls.
pub struct Scroller<'a>(pub &'a Element);

impl Scroller<'_> {
    pub fn view(&self) -> View {
        View { top: self.0.scroll_top(), end: (self.0.scroll_height() - self.0.client_height()).max(0) }
    }

    /// Less than so many pixels are left below; never of what is not shown at all.
    pub fn is_near_end(&self, pixels: i32) -> bool {
        let view = self.view();
        self.0.client_height() > 0 && view.end - view.top < pixels
    }

    pub fn to_end(&self) {
        self.0.set_scroll_top(self.0.scroll_height());
    }

    /// Moves on by so many pixels.
    pub fn by(&self, pixels: i32) {
        if pixels != 0 {
            self.0.set_scroll_top(self.0.scroll_top() + pixels);
        }
    }

    /// Until now it was laid out from its end, which is where it then stands without us; from now on it is laid out from
    /// its beginning, at the same place, since that is what keeps still when text is added at the end.
    pub fn lay_out_forward(&self) {
        // Zero at the end, negative above of it.
        let from_end = self.0.scroll_top();
        // An attribute with a valid name can always be set.
        let _ = self.0.set_attribute("data-forward", "true");
        self.0.set_scroll_top(self.view().end + from_end);
    }

    /// Moves as little as it must for a part to be seen whole, with some room around it; true when it moved.
    pub fn reveal(&self, part: &Element) -> bool {
        let room = 16;
        let top = top_of(part) - top_of(self.0);
        let (above, below) = (top - room, top + part.client_height() + room);
        let pixels = if above < 0 { above } else { (below - self.0.client_height()).max(0) };
        self.by(pixels);
        pixels != 0
    }

    /// The part with this value of an attribute. The value must not need quoting.
    pub fn part(&self, attribute: &str, value: &str) -> Option<Element> {
        self.0.query_selector(&format!("[{attribute}=\"{value}\"]")).ok()?
    }

    /// What is at the top of what is seen, inside of the first part there that has this attribute. What scrolls is one child.
    pub fn anchor(&self, attribute: &str) -> Option<Anchor> {
        let bounds = self.0.get_bounding_client_rect();
        let document = self.0.owner_document()?;
        let inner = self.0.first_element_child()?;
        let middle = (bounds.left() + bounds.width() / 2.0) as f32;
        // Between two parts there is nothing to hold on to, so it looks further down.
        [1.0, 24.0, 48.0, 96.0, 160.0, 240.0].into_iter().find_map(|down| {
            let hit = document.element_from_point(middle, (bounds.top() + down) as f32)?;
            let around = std::iter::successors(Some(hit), |element| element.parent_element());
            let inside = around.take_while(|element| element != self.0);
            let place = |element| (place_of(&element, self.0, &inner), element);
            let anchor = Anchor { around: inside.map(place).collect(), scroller: self.0.clone(), inner: inner.clone() };
            anchor.part(attribute).is_some().then_some(anchor)
        })
    }
}

/// Pixels from the top of the window, where the eyes are: what holds the element may move too.
pub fn top_of(element: &Element) -> i32 {
    element.get_bounding_client_rect().top().round() as i32
}

/// How far an element would be from the top of the window if nothing were scrolled: the reader may have scrolled on, and nobody
/// has heard of that yet.
fn place_of(element: &Element, scroller: &Element, inner: &Element) -> f64 {
    let top = |element: &Element| element.get_bounding_client_rect().top();
    top(element) - top(inner) + top(scroller)
}

/// Elements, the innermost first, and where each was.
pub struct Anchor {
    around: Vec<(f64, Element)>,
    scroller: Element,
    inner: Element,
}

impl Anchor {
    /// By how many pixels it was moved since, other than by scrolling; of the innermost element that is still there.
    pub fn moved(&self) -> i32 {
        let there = self.around.iter().find(|(_, element)| element.is_connected());
        there.map_or(0, |(place, element)| (place_of(element, &self.scroller, &self.inner) - place).round() as i32)
    }

    /// The innermost element that has an attribute, and its value.
    pub fn part(&self, attribute: &str) -> Option<(&Element, String)> {
        self.around.iter().find_map(|(_, element)| Some((element, element.get_attribute(attribute)?)))
    }
}

/// Tells when elements change their size, after they were laid out and before they are painted; until it is dropped.
pub struct Resized {
    observer: ResizeObserver,
    _heard: Closure<dyn Fn()>,
}

impl Resized {
    pub fn watch(elements: &[&Element], heard: impl Fn() + 'static) -> Option<Self> {
        let heard = Closure::<dyn Fn()>::new(heard);
        let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok()?;
        for element in elements {
            observer.observe(element);
        }
        Some(Self { observer, _heard: heard })
    }
}

impl Drop for Resized {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
