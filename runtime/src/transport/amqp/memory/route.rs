//! The rules by which a binding takes a routing key.

use crate::transport::amqp::broker::ExchangeKind;
use std::collections::VecDeque;

/// Whether a binding's key takes a message's routing key.
pub(super) fn matches(kind: ExchangeKind, binding: &str, key: &str) -> bool {
    match kind {
        ExchangeKind::Fanout => true,
        ExchangeKind::Direct => binding == key,
        ExchangeKind::Topic => topic(binding, key),
    }
}

/// Whether a topic pattern takes a key. Dots separate words; `*` takes one word, and `#` takes any number of
/// them.
///
/// On a mismatch the last `#` takes one word more. So the work is at most the product of both lengths,
/// whatever a client sends.
fn topic(pattern: &str, key: &str) -> bool {
    if !pattern.contains(['*', '#']) {
        return pattern == key;
    }
    let pattern: Vec<&str> = pattern.split('.').collect();
    // An empty key has no words.
    let words: Vec<&str> = if key.is_empty() { Vec::new() } else { key.split('.').collect() };
    let (mut at, mut word) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while word < words.len() {
        match pattern.get(at) {
            Some(&"#") => {
                retry = Some((at, word));
                at += 1;
            }
            Some(&part) if part == "*" || part == words[word] => {
                at += 1;
                word += 1;
            }
            _ => {
                let Some((hash, taken)) = retry else { return false };
                retry = Some((hash, taken + 1));
                at = hash + 1;
                word = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|&part| part == "#")
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
    fn topic_patterns_take_what_rabbitmq_says_they_take() {
        let cases = [
            ("a.b", "a.b", true),
            ("a.b", "a.c", false),
            ("a.*", "a.b", true),
            ("a.*", "a", false),
            ("a.*", "a.b.c", false),
            ("*", "", false),
            ("#", "", true),
            ("#", "a.b.c", true),
            ("a.#", "a", true),
            ("a.#", "a.b.c", true),
            ("#.c", "a.b.c", true),
            ("#.c", "a.b.d", false),
            ("a.#.d", "a.d", true),
            ("a.#.d", "a.b.c.d", true),
            ("a.#.d", "a.d.e", false),
            ("#.b.#.b.#", "b.a.b", true),
            ("#.b.#.b.#", "b.a.a", false),
            ("*.*.#", "a", false),
            ("#.*", "a", true),
            ("a..b", "a..b", true),
            ("a.*.b", "a..b", true),
        ];
        for (pattern, key, expected) in cases {
            assert_eq!(topic(pattern, key), expected, "{pattern} takes {key}");
        }
    }

    #[test]
    fn a_hostile_key_costs_no_more_than_its_length_times_the_pattern() {
        let pattern = "#.a.".repeat(20) + "b";
        let key = "a.".repeat(2_000) + "c";
        assert!(!topic(&pattern, &key));
    }

    #[test]
    fn turns_go_round_and_skip_who_is_busy() {
        let mut ring = Ring::default();
        (1..=3).for_each(|id| ring.push(id));
        let turns: Vec<_> = (0..4).filter_map(|_| ring.next(|id| id != 2)).collect();
        assert_eq!(turns, [1, 3, 1, 3]);
        assert_eq!(ring.next(|_| false), None);
    }
}
