//! A stretch of a conversation's history, from steps to events: neighbours of the same part become one delta.

use super::Told;
use crate::store::{Change, Changes, MAX_PIECE, Step};
use app::wire::{Delta, Event, MessageId};

/// What happened in a conversation after a seq, as followers are told it.
#[derive(Debug)]
pub struct Stretch {
    pub events: Vec<Told>,
    /// All up to this seq is here.
    pub upto: u64,
    /// It was cut: there is more after it.
    pub more: bool,
}

impl From<Changes> for Stretch {
    fn from(Changes { changes, upto, more }: Changes) -> Self {
        Self { events: events(changes).into_iter().map(Told::new).collect(), upto, more }
    }
}

/// The events that tell these changes, which are in order of seq.
fn events(changes: Vec<Change>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    // Where the last delta of each part stands: replies that grow side by side are interleaved in `changes`.
    // They are few.
    let mut open: Vec<(MessageId, u32, usize)> = Vec::new();
    for Change { seq, message, run, step } in changes {
        match step {
            Step::Whole(message) => events.push(Event::Message(*message)),
            Step::Status(change) => events.push(Event::Status(*change)),
            Step::Text { part, kind, at, text } => {
                let place = open.iter().position(|(of, index, _)| (*of, *index) == (message, part));
                let last = place.and_then(|place| events.get_mut(open[place].2));
                if let Some(Event::Delta(delta)) = last
                    && delta.at + delta.text.len() as u64 == at
                    && delta.text.len() + text.len() <= MAX_PIECE
                {
                    delta.text.push_str(&text);
                    delta.seq = seq;
                    continue;
                }
                if let Some(place) = place {
                    open.swap_remove(place);
                }
                open.push((message, part, events.len()));
                let (t, pad) = (0, String::new());
                events.push(Event::Delta(Delta { message, run, part, kind, at, text, seq, t, pad }));
            }
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::PartKind;
    use uuid::Uuid;

    #[test]
    fn neighbours_of_a_part_become_one_delta() {
        let [one, two] = [1, 2].map(|id| MessageId(Uuid::from_u128(id)));
        let text = |seq, message, at, text: &str| {
            let step = Step::Text { part: 0, kind: PartKind::Text, at, text: text.to_owned() };
            Change { seq, message, run: 1, step }
        };
        let events =
            events(vec![text(1, one, 0, "a "), text(2, two, 0, "x"), text(3, one, 2, "brook"), text(4, two, 1, "y")]);
        let told: Vec<_> = events
            .iter()
            .map(|event| match event {
                Event::Delta(delta) => (delta.seq, delta.message, delta.text.as_str()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told, [(3, one, "a brook"), (4, two, "xy")]);
    }
}
