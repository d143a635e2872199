//! One text and what of it is drawn. Each drawing says the least that has to be done to the page.

use super::{
    Draw,
    block::Block,
    chunker::{Chunker, Closed},
    escape::push_text,
    labels::Labels,
    math::Region,
};

/// A text that grows, and is drawn again and again.
#[derive(Debug)]
pub struct Document {
    id: String,
    chunker: Chunker,
    /// Top-level elements on the page.
    drawn: usize,
    /// Bytes that were parsed for drawing closed blocks once more.
    redrawing_cost: usize,
}

impl Document {
    /// `id` begins the ids of its elements.
    pub fn new(id: &str) -> Self {
        let chunker = Chunker::new(id.to_owned(), 0, Region::default(), Labels::default());
        Self { id: id.to_owned(), chunker, drawn: 0, redrawing_cost: 0 }
    }

    /// What to do to the page for this text, which begins with the text of the last drawing.
    pub fn draw(&mut self, text: &str) -> Vec<Draw> {
        let at = self.chunker.closed.len();
        let open = self.chunker.open.as_ref();
        let held = open.map(|open| {
            (open.units + open.first.fixed(), matches!(open.first, Block::Code { .. } | Block::Plain { .. }))
        });
        let drop = self.chunker.partial;
        let labels = self.chunker.labels.clone();

        self.chunker.labels.forget_supposed();
        self.chunker.fresh.clear();
        self.chunker.goes_on = false;
        self.chunker.advance(text);
        let supposed = self.chunker.draw_open(text, true);
        let changed = self.chunker.labels.suppose(&labels, supposed.links, supposed.notes);
        let mut draws = self.redraw(text, at, &changed);
        if self.is_outdated(at, &changed) {
            self.draw_from(text, at);
        }

        let mut blocks = self.chunker.fresh.as_slice();
        let (mut from, mut keep, mut goes_on) = (at, 0, false);
        if self.chunker.goes_on
            && let Some((units, is_text)) = held
        {
            match blocks {
                [Block::Code { text, .. } | Block::Plain { text }, rest @ ..] if is_text => {
                    let mut html = String::new();
                    push_text(&mut html, text);
                    draws.push(Draw::Extend { at, drop, html });
                    (from, blocks) = (at + 1, rest);
                }
                _ => (keep, goes_on) = (units, true),
            }
        }
        if !blocks.is_empty() || self.drawn > from {
            let mut html = String::new();
            for (index, block) in blocks.iter().enumerate() {
                block.push_html(&mut html, goes_on && index == 0);
            }
            draws.push(Draw::From { at: from, keep, html });
        }
        self.drawn = from + blocks.len();
        draws
    }

    /// Whether the last element is a code block that goes on.
    pub fn is_in_code(&self) -> bool {
        self.chunker.open.as_ref().is_some_and(|open| matches!(open.first, Block::Code { .. }))
    }

    /// Bytes that were parsed so far.
    #[cfg(test)]
    pub fn cost(&self) -> usize {
        self.chunker.cost + self.redrawing_cost
    }

    /// Draws the closed blocks before `at` once more that use a label which means something else now.
    fn redraw(&mut self, text: &str, at: usize, changed: &[String]) -> Vec<Draw> {
        let mut draws = vec![];
        if changed.is_empty() {
            return draws;
        }
        for index in 0..at {
            if uses_any(&self.chunker.closed[index], |label| changed.contains(label)) {
                let mut html = String::new();
                for block in self.draw_closed(text, index) {
                    block.push_html(&mut html, false);
                }
                draws.push(Draw::Again { at: index, html });
            }
        }
        draws
    }

    /// Whether what is fresh, or the first half that it goes on with, uses a label that was explained later.
    fn is_outdated(&self, at: usize, changed: &[String]) -> bool {
        let means_else = |label: &String| changed.contains(label) || self.chunker.labels.explains(label);
        let open = self.chunker.open.iter().map(|open| &open.closed);
        self.chunker.closed[at..].iter().chain(open).any(|closed| uses_any(closed, means_else))
    }

    /// Makes everything from the element `at` on fresh.
    fn draw_from(&mut self, text: &str, at: usize) {
        let mut fresh = vec![];
        for index in at..self.chunker.closed.len() {
            fresh.extend(self.draw_closed(text, index));
        }
        if let Some(open) = &self.chunker.open {
            let range = open.closed.range.start..self.chunker.start;
            let plain_end = open.closed.plain_end.map(|_| range.end);
            let closed = Closed { range, plain_end, ..open.closed.clone() };
            let first = open.first.clone();
            let blocks = self.draw_range(text, &closed);
            fresh.extend(blocks.into_iter().map(|mut block| {
                block.follow(&first);
                block
            }));
        }
        self.chunker.fresh = fresh;
        self.chunker.draw_open(text, true);
        self.chunker.goes_on = false;
    }

    fn draw_closed(&mut self, text: &str, index: usize) -> Vec<Block> {
        let closed = self.chunker.closed[index].clone();
        let blocks = self.draw_range(text, &closed);
        let labels = &self.chunker.labels;
        self.chunker.closed[index].uses.retain(|label| !labels.is_committed(label));
        blocks
    }

    fn draw_range(&mut self, text: &str, closed: &Closed) -> Vec<Block> {
        if let Some(end) = closed.plain_end {
            return vec![Block::Plain { text: text[closed.range.start..end].to_owned() }];
        }
        let labels = self.chunker.labels.frozen(closed.notes_before);
        let mut chunker = Chunker::new(self.id.clone(), closed.range.start, closed.region, labels);
        let text = &text[..closed.range.end];
        chunker.advance(text);
        chunker.draw_open(text, false);
        self.redrawing_cost += chunker.cost;
        match closed.which {
            Some(index) => chunker.fresh.into_iter().skip(index).take(1).collect(),
            None => chunker.fresh,
        }
    }
}

fn uses_any(closed: &Closed, is_meant: impl Fn(&String) -> bool) -> bool {
    closed.uses.iter().any(is_meant)
}

/// All of a text, as HTML.
pub fn html(id: &str, text: &str) -> String {
    let mut document = Document::new(id);
    let mut html = String::new();
    for draw in document.draw(text) {
        // An empty page is drawn from its first element on, and nothing else.
        if let Draw::From { html: all, .. } = draw {
            html = all;
        }
    }
    html
}
