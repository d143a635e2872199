//! Any pieces, in any order, from any cursor.

use super::*;
use proptest::prelude::*;

/// The parts of a reply as their writer has them, and the events that tell of them.
#[derive(Clone, Debug)]
struct Told {
    parts: Vec<Part>,
}

impl Told {
    /// The delta of these bytes of a part, moved down to char boundaries.
    fn delta(&self, part: usize, from: usize, to: usize) -> Delta {
        let text = &self.parts[part].text;
        let [from, to] = [from, to].map(|at| boundary(text, at));
        Delta {
            part: part as u32,
            kind: self.parts[part].kind,
            at: from as u64,
            text: text[from.min(to)..to].into(),
            // As the server numbers it: what comes later in the reply has the higher seq.
            seq: 11 + (part * 10_000 + to) as u64,
            ..delta(0, "", 0)
        }
    }
}

/// The last char boundary that is not above `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn told() -> impl Strategy<Value = Told> {
    let text = proptest::collection::vec(prop_oneof!["[a-z\n ]{1,8}", "[中文字，。]{1,4}", "[🙂🐟é]{1,3}"], 1..12);
    proptest::collection::vec(text, 1..4).prop_map(|parts| {
        let kinds = [PartKind::Reasoning, PartKind::Text].into_iter().cycle();
        let parts = parts.into_iter().zip(kinds).map(|(text, kind)| Part { kind, text: text.concat(), ms: None });
        Told { parts: parts.collect() }
    })
}

/// Where a reader comes back (in thousandths of what it holds) and how much it is then told in one piece.
fn steps() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec((0_usize..=1_000, 0_usize..40), 0..60)
}

proptest! {
    /// A reader that comes back again and again at any cursor not above what it holds, and is told pieces merged and
    /// cut in any way from there, never asks again and ends with the whole text.
    #[test]
    fn any_pieces_from_any_cursor_fold_to_the_whole_text(told in told(), steps in steps()) {
        let mut held = message(2, Some(1), Status::Waiting);
        for part in 0..told.parts.len() {
            let whole = told.parts[part].text.len();
            for (back, length) in &steps {
                let known = held.parts.get(part).map_or(0, |part| part.text.len());
                let from = known * back / 1_000;
                let applied = held.apply(&Event::Delta(told.delta(part, from, from + length)));
                prop_assert!(!matches!(applied, Applied::AskAgain(_)), "{applied:?}");
            }
            let known = held.parts.get(part).map_or(0, |part| part.text.len());
            held.apply(&Event::Delta(told.delta(part, known, whole)));
        }
        prop_assert_eq!(&held.parts, &told.parts);
        let end = StatusChange { sizes: Some(held.sizes()), ..change(Status::Complete, 1_000_000) };
        prop_assert_eq!(held.apply(&Event::Status(end)), Applied::Changed(id(2)));
        // All of it told once more changes nothing.
        let whole = held.clone();
        for part in 0..told.parts.len() {
            let again = told.delta(part, 0, usize::MAX);
            prop_assert_eq!(held.apply(&Event::Delta(again)), Applied::Ignored);
        }
        prop_assert_eq!(held, whole);
    }

    /// Pieces in any order at all: what is held is always the beginning of what was said, never torn or doubled.
    #[test]
    fn any_order_never_tears_the_text(
        told in told(),
        pieces in proptest::collection::vec((0_usize..4, 0_usize..200, 0_usize..60), 0..80),
    ) {
        let mut held = message(2, Some(1), Status::Waiting);
        for (part, from, length) in pieces {
            let delta = told.delta(part % told.parts.len(), from, from + length);
            held.apply(&Event::Delta(delta));
            for (held, told) in held.parts.iter().zip(&told.parts) {
                prop_assert!(told.text.starts_with(&held.text) && told.kind == held.kind);
            }
        }
    }

    /// A reader that lost something notices by the final sizes at the latest.
    #[test]
    fn what_is_missing_is_noticed_at_the_end(told in told(), cut in 0_usize..1_000) {
        let mut held = Message { parts: told.parts.clone(), ..message(2, Some(1), Status::Streaming) };
        let last = held.parts.last_mut().unwrap();
        let kept = boundary(&last.text, last.text.len() * cut / 1_000);
        last.text.truncate(kept);
        let sizes = told.parts.iter().map(|part| part.text.len() as u64).collect();
        let end = StatusChange { sizes: Some(sizes), ..change(Status::Complete, 1_000_000) };
        prop_assert_eq!(held.apply(&Event::Status(end)), Applied::AskAgain(Gap::Sizes));
    }
}
