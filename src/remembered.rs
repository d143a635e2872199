//! What was worked out from a text that anybody sent, so that it is worked out once: up to a size, and the oldest goes first.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// SHA-256 of what was asked.
pub type Key = [u8; 32];

pub struct Remembered<V> {
    held: Mutex<Held<V>>,
    most: usize,
    cost: fn(&V) -> usize,
}

struct Held<V> {
    values: HashMap<Key, V>,
    order: VecDeque<Key>,
    size: usize,
}

impl<V: Clone> Remembered<V> {
    /// Values that cost so much together, in the unit of `cost`, which counts what an entry costs besides.
    pub fn new(most: usize, cost: fn(&V) -> usize) -> Self {
        let held = Held { values: HashMap::new(), order: VecDeque::new(), size: 0 };
        Self { held: Mutex::new(held), most, cost }
    }

    pub fn get(&self, key: &Key) -> Option<V> {
        self.held().values.get(key).cloned()
    }

    pub fn put(&self, key: Key, value: V) {
        let (size, mut held) = ((self.cost)(&value), self.held());
        if held.values.insert(key, value).is_some() {
            return;
        }
        held.order.push_back(key);
        held.size += size;
        while held.size > self.most {
            let Some(oldest) = held.order.pop_front() else { return };
            let Some(oldest) = held.values.remove(&oldest) else { return };
            held.size -= (self.cost)(&oldest);
        }
    }

    fn held(&self) -> MutexGuard<'_, Held<V>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
impl<V: Clone> Remembered<V> {
    pub fn len(&self) -> usize {
        self.held().values.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_the_oldest_goes_first() {
        let remembered = Remembered::new(8, |value: &usize| *value);
        for number in 0..20 {
            remembered.put([number; 32], 1);
            remembered.put([number; 32], 1);
        }
        let known: Vec<_> = (0..20).filter(|number| remembered.get(&[*number; 32]).is_some()).collect();
        assert_eq!(known, (12..20).collect::<Vec<_>>());
        remembered.put([99; 32], 9);
        assert_eq!((remembered.len(), remembered.held().size), (0, 0), "what is larger than all is not kept");
    }
}
