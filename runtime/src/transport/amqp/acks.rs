//! The acknowledgements of one channel, joined: one for ten messages in a row. After 5 ms, all messages
//! that wait are acknowledged. A consumer that holds few messages would wait for its own acknowledgements, so it
//! joins no more than half of them.

use super::broker::Verdict;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// The most messages in a row that get one acknowledgement.
const BATCH: usize = 10;
/// The longest time that an acknowledgement waits for others.
pub(crate) const DELAY: Duration = Duration::from_millis(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// The delivery has no verdict yet.
    Open,
    /// The delivery was handled, and the broker does not know.
    Handled,
    /// The broker knows the verdict.
    Told,
}

/// Deliveries by tag, from the first one whose verdict the broker does not know.
#[derive(Debug)]
pub(crate) struct Acks {
    first: u64,
    slots: VecDeque<Slot>,
    handled: usize,
    /// Messages in a row that get one acknowledgement here.
    batch: usize,
    /// The time when the oldest waiting acknowledgement must be sent.
    due: Option<Instant>,
}

impl Acks {
    /// The acknowledgements of a consumer that holds at most `prefetch` messages.
    pub(crate) fn new(prefetch: u16) -> Self {
        let batch = usize::from(prefetch / 2).clamp(1, BATCH);
        Self { first: 1, slots: VecDeque::new(), handled: 0, batch, due: None }
    }

    /// Notes that a delivery was handled.
    pub(crate) fn handled(&mut self, tag: u64, now: Instant, tell: impl FnMut(Verdict)) {
        if !self.set(tag, Slot::Handled) {
            return;
        }
        self.handled += 1;
        self.due.get_or_insert(now + DELAY);
        if self.handled >= self.batch {
            self.tell_row(tell);
        }
    }

    /// Notes that a delivery got another verdict, which was sent at once.
    pub(crate) fn told(&mut self, tag: u64) {
        self.set(tag, Slot::Told);
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Acknowledges all handled deliveries: a row with one acknowledgement, and each other one by itself.
    pub(crate) fn flush(&mut self, mut tell: impl FnMut(Verdict)) {
        self.tell_row(&mut tell);
        for (slot, tag) in self.slots.iter_mut().zip(self.first..) {
            if *slot == Slot::Handled {
                *slot = Slot::Told;
                tell(Verdict::Ack { tag });
            }
        }
        self.handled = 0;
        self.due = None;
    }

    fn set(&mut self, tag: u64, slot: Slot) -> bool {
        let Some(at) = tag.checked_sub(self.first).and_then(|at| usize::try_from(at).ok()) else {
            return false;
        };
        if at >= self.slots.len() {
            self.slots.resize(at + 1, Slot::Open);
        }
        self.slots[at] = slot;
        true
    }

    /// Acknowledges the handled row. The acknowledgement names the last *handled* one: the broker no longer
    /// knows the tags that were settled before.
    fn tell_row(&mut self, mut tell: impl FnMut(Verdict)) {
        let mut last = None;
        let mut told = 0;
        while let Some(slot) = self.slots.front().filter(|slot| **slot != Slot::Open) {
            if *slot == Slot::Handled {
                last = Some(self.first);
                told += 1;
            }
            self.slots.pop_front();
            self.first += 1;
        }
        match last {
            Some(tag) if told == 1 => tell(Verdict::Ack { tag }),
            Some(tag) => tell(Verdict::AckUpTo { tag }),
            None => {}
        }
        self.handled -= told;
        if self.handled == 0 {
            self.due = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle(acks: &mut Acks, tags: impl IntoIterator<Item = u64>) -> Vec<Verdict> {
        let mut told = Vec::new();
        tags.into_iter().for_each(|tag| acks.handled(tag, Instant::now(), |verdict| told.push(verdict)));
        told
    }

    fn flush(acks: &mut Acks) -> Vec<Verdict> {
        let mut told = Vec::new();
        acks.flush(|verdict| told.push(verdict));
        told
    }

    #[test]
    fn ten_in_a_row_are_one() {
        let mut acks = Acks::new(128);
        assert_eq!(handle(&mut acks, 1..=25), [Verdict::AckUpTo { tag: 10 }, Verdict::AckUpTo { tag: 20 }]);
        assert!(acks.due().is_some());
        assert_eq!(flush(&mut acks), [Verdict::AckUpTo { tag: 25 }]);
        assert_eq!(acks.due(), None);
        assert_eq!(flush(&mut acks), []);
    }

    #[test]
    fn few_messages_do_not_wait_for_ten() {
        let mut acks = Acks::new(4);
        assert_eq!(handle(&mut acks, 1..=4), [Verdict::AckUpTo { tag: 2 }, Verdict::AckUpTo { tag: 4 }]);
        assert_eq!(handle(&mut Acks::new(1), 1..=2), [1, 2].map(|tag| Verdict::Ack { tag }));
    }

    #[test]
    fn one_that_is_not_handled_is_never_covered() {
        let mut acks = Acks::new(128);
        assert_eq!(handle(&mut acks, [2, 3, 5]), []);
        assert_eq!(flush(&mut acks), [2, 3, 5].map(|tag| Verdict::Ack { tag }));
        assert_eq!(handle(&mut acks, [1, 4]), []);
        assert_eq!(flush(&mut acks), [Verdict::AckUpTo { tag: 4 }]);
    }

    #[test]
    fn a_tag_that_was_told_is_not_named_again() {
        let mut acks = Acks::new(128);
        handle(&mut acks, [1, 2]);
        acks.told(3);
        assert_eq!(flush(&mut acks), [Verdict::AckUpTo { tag: 2 }]);
        acks.told(4);
        handle(&mut acks, [5]);
        assert_eq!(flush(&mut acks), [Verdict::Ack { tag: 5 }]);
    }

    #[test]
    fn any_order_tells_each_once() {
        let mut acks = Acks::new(128);
        let order = [7, 3, 1, 2, 9, 8, 10, 4, 6, 5, 12, 11];
        let mut settled = Vec::new();
        let mut open: Vec<u64> = (1..=12).collect();
        let mut tell = |verdict| match verdict {
            Verdict::Ack { tag } => {
                assert!(open.contains(&tag), "{tag} was told twice");
                open.retain(|other| *other != tag);
                settled.push(tag);
            }
            Verdict::AckUpTo { tag } => {
                assert!(open.contains(&tag), "{tag} was told before");
                settled.extend(open.iter().filter(|other| **other <= tag));
                open.retain(|other| *other > tag);
            }
            other => panic!("{other:?}"),
        };
        for (at, tag) in order.into_iter().enumerate() {
            acks.handled(tag, Instant::now(), &mut tell);
            if at % 5 == 4 {
                acks.flush(&mut tell);
            }
        }
        acks.flush(&mut tell);
        settled.sort_unstable();
        assert_eq!(settled, (1..=12).collect::<Vec<u64>>());
    }
}
