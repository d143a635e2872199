//! What one reader was shown of one reply, byte for byte, and how that compares with what is stored.
//!
//! This is no fold: it never forgets what was on the screen, whatever comes later.

use app::wire::{Delta, Message, Part, PartKind};

/// A place that a reader may come back to: the id, and how far each part was told by then.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub id: Option<String>,
    ends: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// All that was ever shown of each part.
    parts: Vec<String>,
    /// How far each part was told: in this connection, and up to the place from which it began.
    ends: Vec<usize>,
    pub faults: Faults,
}

/// What must not be; in bytes, but for gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Shown, but not stored.
    pub lost: usize,
    /// Told again behind the place that the reader had named.
    pub doubled: usize,
    /// Other than what was shown there before, cut inside a character, or never said by the model.
    pub torn: usize,
    /// Text that began behind the end of what was told, and events that did not fit.
    pub gaps: usize,
}

impl Faults {
    pub fn add(&mut self, other: Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.torn += other.torn;
        self.gaps += other.gaps;
    }
}

impl Shown {
    /// A connection begins behind this place.
    pub fn connect(&mut self, place: &Place) {
        self.ends.clone_from(&place.ends);
    }

    /// The place after the event that carried this id.
    pub fn place(&self, id: String) -> Place {
        Place { id: Some(id), ends: self.ends.clone() }
    }

    /// The state of all that is held was dropped.
    pub fn reset(&mut self) {
        self.ends.clear();
    }

    pub fn whole(&mut self, message: &Message) {
        self.ends.clear();
        for (index, part) in message.parts.iter().enumerate() {
            self.ends.push(part.text.len());
            self.show(index, 0, &part.text);
        }
    }

    pub fn delta(&mut self, delta: &Delta) {
        let (index, at) = (delta.part as usize, delta.at as usize);
        if self.ends.len() <= index {
            self.ends.resize(index + 1, 0);
        }
        let end = &mut self.ends[index];
        self.faults.gaps += usize::from(at > *end);
        self.faults.doubled += end.saturating_sub(at).min(delta.text.len());
        *end = (*end).max(at + delta.text.len());
        self.show(index, at, &delta.text);
    }

    /// Bytes, each once.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(String::len).sum()
    }

    fn show(&mut self, index: usize, at: usize, text: &str) {
        if self.parts.len() <= index {
            self.parts.resize(index + 1, String::new());
        }
        let shown = &mut self.parts[index];
        self.faults.torn += text.matches('\u{fffd}').count();
        // What begins behind the end was counted as a gap.
        let Some(known) = shown.len().checked_sub(at) else { return };
        let again = known.min(text.len());
        self.faults.torn += differing(&shown.as_bytes()[at..at + again], &text.as_bytes()[..again]);
        if known < text.len() {
            match text.get(known..) {
                Some(new) => shown.push_str(new),
                None => self.faults.torn += 1,
            }
        }
    }

    /// Bytes that were shown and are not stored in their place.
    pub fn lost(&self, stored: &Message) -> usize {
        let stored = |index: usize| stored.parts.get(index).map_or("", |part: &Part| part.text.as_str());
        self.parts.iter().enumerate().map(|(index, shown)| beyond(shown, stored(index))).sum()
    }
}

/// All text of a message, and all reasoning.
pub fn said(message: &Message) -> (String, String) {
    let of = |kind| message.parts.iter().filter(move |part| part.kind == kind).map(|part| part.text.as_str());
    (of(PartKind::Text).collect(), of(PartKind::Reasoning).collect())
}

/// Bytes that are stored and were not said there by the model.
pub fn never_said(stored: &Message, truth: &(String, String)) -> usize {
    let (text, reasoning) = said(stored);
    beyond(&text, &truth.0) + beyond(&reasoning, &truth.1)
}

/// Bytes of `text` behind what it has in common with `whole` from the start.
fn beyond(text: &str, whole: &str) -> usize {
    let common = text.bytes().zip(whole.bytes()).take_while(|(a, b)| a == b).count();
    text.len() - common
}

fn differing(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).filter(|(a, b)| a != b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::MessageId;

    fn delta(at: u64, text: &str) -> Delta {
        let message = MessageId(uuid::Uuid::nil());
        let (text, pad) = (text.to_owned(), String::new());
        Delta { message, run: 1, part: 0, kind: PartKind::Text, at, text, seq: 1, t: 0, pad }
    }

    fn after(deltas: &[(u64, &str)]) -> Shown {
        let mut shown = Shown::default();
        deltas.iter().for_each(|(at, text)| shown.delta(&delta(*at, text)));
        shown
    }

    #[test]
    fn each_fault_is_seen() {
        assert_eq!(after(&[(0, "溪"), (3, "🐟")]).faults, Faults::default());
        assert_eq!(after(&[(0, "溪"), (0, "溪🐟")]).faults, Faults { doubled: 3, ..Faults::default() });
        assert_eq!(after(&[(0, "溪"), (4, "a")]).faults, Faults { gaps: 1, ..Faults::default() });
        assert_eq!(after(&[(0, "abc"), (1, "xc")]).faults, Faults { doubled: 2, torn: 1, ..Faults::default() });
        assert_eq!(after(&[(0, "\u{fffd}")]).faults.torn, 1);
        assert_eq!(after(&[(0, "ab"), (1, "溪")]).faults.torn, 2);
    }

    #[test]
    fn what_was_told_before_the_id_may_not_be_told_again_and_what_came_after_it_may() {
        let mut shown = after(&[(0, "one ")]);
        let place = shown.place("id".into());
        shown.delta(&delta(4, "two"));
        shown.connect(&place);
        shown.delta(&delta(4, "two"));
        assert_eq!((shown.faults, shown.bytes()), (Faults::default(), 7));
        shown.connect(&place);
        shown.delta(&delta(0, "one two"));
        assert_eq!(shown.faults.doubled, 4);
    }
}
