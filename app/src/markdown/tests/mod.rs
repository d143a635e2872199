//! What drawing must hold: growing is the same as whole, costs the same at the end as at the start, and is harmless.

mod corpus;
mod cost;
mod formulas;
mod growth;
mod hostile;
mod notes;
mod page;
mod spec;
mod structure;

use super::{
    Document,
    html::blocks,
    labels::Labels,
    math::Region,
    parse::{Chunk, parse},
};
use page::{Node, Page};

/// The text by one parse of all of it: no chunks, nothing closed.
fn whole(text: &str) -> String {
    let (arena, labels) = (comrak::Arena::new(), Labels::default());
    let chunk = Chunk { head: "", text, began: false, region: Region::default(), ends: true };
    let parsed = parse(&arena, chunk, &labels, &mut 0);
    let mut html = String::new();
    for block in blocks(&parsed, text, &labels, "m", 0) {
        block.push_html(&mut html, false);
    }
    html
}

/// Draws the text in these pieces; each drawing must look as the whole text so far.
fn grow<'t>(text: &'t str, pieces: impl IntoIterator<Item = &'t str>) -> Page {
    let (mut document, mut page, mut end) = (Document::new("m"), Page::default(), 0);
    for piece in pieces {
        end += piece.len();
        let before = page::write(&page.elements);
        let draws = document.draw(&text[..end]);
        page.apply(draws.clone());
        let expected = page::read(&whole(&text[..end]));
        assert!(
            page.elements == expected,
            "after {:?}\nwhole {}\ngrown {}\nby    {draws:?}\nfrom  {before}",
            &text[..end],
            page::write(&expected),
            page::write(&page.elements),
        );
    }
    page
}

/// One character at a time.
fn grow_by_characters(text: &str) -> Page {
    grow(text, text.split_inclusive(|_: char| true))
}

/// As the server draws it.
fn drawn(text: &str) -> Vec<Node> {
    page::read(&super::whole_html("m", text))
}
