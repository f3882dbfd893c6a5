//! The rules by which a binding takes a routing key.

use crate::transport::amqp::broker::ExchangeKind;
use crate::transport::amqp::topic;
use std::collections::VecDeque;

/// Whether a binding's key takes a message's routing key.
pub(super) fn matches(kind: ExchangeKind, binding: &str, key: &str) -> bool {
    match kind {
        ExchangeKind::Fanout => true,
        ExchangeKind::Direct => binding == key,
        ExchangeKind::Topic => topic::takes(binding, key),
    }
}

/// A ring of consumers. Each turn goes to the next one that is ready.
#[derive(Debug, Default)]
pub(super) struct Ring(VecDeque<u64>);

impl Ring {
    pub(super) fn push(&mut self, id: u64) {
        self.0.push_back(id);
    }

    pub(super) fn remove(&mut self, id: u64) {
        self.0.retain(|&other| other != id);
    }

    pub(super) fn clear(&mut self) -> impl Iterator<Item = u64> {
        std::mem::take(&mut self.0).into_iter()
    }

    /// The first consumer. A queue with a single active consumer serves only this one.
    pub(super) fn first(&self) -> Option<u64> {
        self.0.front().copied()
    }

    pub(super) fn next(&mut self, ready: impl Fn(u64) -> bool) -> Option<u64> {
        let place = self.0.iter().position(|&id| ready(id))?;
        self.0.rotate_left(place + 1);
        self.0.back().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_go_round_and_skip_who_is_busy() {
        let mut ring = Ring::default();
        (1..=3).for_each(|id| ring.push(id));
        let turns: Vec<_> = (0..4).filter_map(|_| ring.next(|id| id != 2)).collect();
        assert_eq!(turns, [1, 3, 1, 3]);
        assert_eq!(ring.next(|_| false), None);
    }
}
