//! The faults that a test asks of the broker in memory: one by one, or mixed by chance from a seed.

use std::collections::VecDeque;

/// A fault of one publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfPublish {
    /// The message is refused, as by a full queue.
    Refuse,
    /// The message is stored, but its connection ends before the confirm.
    LoseConfirm,
    /// The connection ends before the message is stored.
    Cut,
}

/// A fault of one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfAck {
    /// The connection ends before the verdict arrives.
    Cut,
    /// The verdict is lost, and an acknowledged message is delivered again.
    Redeliver,
}

/// The faults to come.
#[derive(Debug, Default)]
pub(super) struct Queued {
    publishes: VecDeque<OfPublish>,
    mix: Option<Rolling>,
}

impl Queued {
    pub(super) fn add(&mut self, fault: OfPublish, count: usize) {
        self.publishes.extend(std::iter::repeat_n(fault, count));
    }

    pub(super) fn set_mix(&mut self, faults: Option<Faults>) {
        self.mix = faults.map(Rolling::new);
    }

    pub(super) fn of_publish(&mut self) -> Option<OfPublish> {
        self.publishes.pop_front().or_else(|| self.mix.as_mut()?.of_publish())
    }

    pub(super) fn of_ack(&mut self) -> Option<OfAck> {
        self.mix.as_mut()?.of_ack()
    }

    /// Whether the next message overtakes the one before it.
    pub(super) fn reorders(&mut self) -> bool {
        self.mix.as_mut().is_some_and(|mix| mix.reorder.hits(mix.faults.reorder))
    }

    /// Whether the broker has too little memory now.
    pub(super) fn alarms(&mut self) -> bool {
        self.mix.as_mut().is_some_and(|mix| mix.alarm.hits(mix.faults.alarm))
    }
}

/// Faults by chance, the same ones from the same seed.
///
/// Each chance is from 0 (never, the default) to 0.9, so that work ends at some time. The n-th decision of each kind
/// depends on the seed alone. On a runtime with one thread and tokio's paused clock, a test with a seed runs the same
/// each time: the pauses before a new connection, which are random otherwise, are then half of their longest. On other
/// runtimes the decisions are the same, but they may meet other messages.
///
/// ```
/// use polywire::{Result, Server, service};
/// use polywire::testing::{Faults, TestBroker};
///
/// #[service(package = "orders.v1")]
/// pub trait Orders {
///     #[amqp(task)]
///     async fn process(&self, order_id: i64) -> Result<()>;
/// }
/// # struct Worker;
/// # impl Orders for Worker { async fn process(&self, _: i64) -> Result<()> { Ok(()) } }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let broker = TestBroker::new();
/// tokio::spawn(Server::new().service(OrdersServer::new(Worker)).amqp(broker.url()).serve());
/// let orders = OrdersClient::connect(broker.url()).await?;
/// orders.process(0).await?;
/// broker.drained().await?;
///
/// broker.set_faults(Faults::seeded(7).refuse(0.2).redeliver(0.2).reorder(0.2));
/// for order_id in 1..=20 {
///     orders.process(order_id).await?;
/// }
/// broker.drained().await?;
/// assert!(broker.dead_letters().is_empty());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Faults {
    seed: u64,
    refuse: f64,
    lose_confirm: f64,
    cut: f64,
    redeliver: f64,
    reorder: f64,
    alarm: f64,
}

/// A chance that leaves hope.
fn chance(chance: f64) -> f64 {
    if chance.is_nan() { 0.0 } else { chance.clamp(0.0, 0.9) }
}

impl Faults {
    /// No faults, with a seed for those that are added.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed, refuse: 0.0, lose_confirm: 0.0, cut: 0.0, redeliver: 0.0, reorder: 0.0, alarm: 0.0 }
    }

    /// The chance that a publish is refused (`basic.nack`), as by a queue that is full or has no leader.
    #[must_use]
    pub fn refuse(mut self, chance_of: f64) -> Self {
        self.refuse = chance(chance_of);
        self
    }

    /// The chance that a published message is stored, but its connection ends before the confirm.
    #[must_use]
    pub fn lose_confirm(mut self, chance_of: f64) -> Self {
        self.lose_confirm = chance(chance_of);
        self
    }

    /// The chance that a connection ends at a publish, before the message is stored, or at an acknowledgement.
    #[must_use]
    pub fn cut(mut self, chance_of: f64) -> Self {
        self.cut = chance(chance_of);
        self
    }

    /// The chance that an acknowledgement is lost, so that a handled message is delivered again.
    #[must_use]
    pub fn redeliver(mut self, chance_of: f64) -> Self {
        self.redeliver = chance(chance_of);
        self
    }

    /// The chance that a message overtakes the one before it. Messages of methods with `ordered_by` keep their order.
    #[must_use]
    pub fn reorder(mut self, chance_of: f64) -> Self {
        self.reorder = chance(chance_of);
        self
    }

    /// The chance that the broker runs out of memory at a publish, and reads nothing for 100 ms.
    #[must_use]
    pub fn alarm(mut self, chance_of: f64) -> Self {
        self.alarm = chance(chance_of);
        self
    }
}

/// Faults, and a die for each kind. So one kind does not change when another is added.
#[derive(Debug)]
struct Rolling {
    faults: Faults,
    publish: Die,
    ack: Die,
    reorder: Die,
    alarm: Die,
}

impl Rolling {
    fn new(faults: Faults) -> Self {
        let die = |kind| Die(faults.seed ^ kind);
        let (publish, ack, reorder, alarm) = (die(1 << 60), die(2 << 60), die(3 << 60), die(4 << 60));
        Self { faults, publish, ack, reorder, alarm }
    }

    fn of_publish(&mut self) -> Option<OfPublish> {
        let Faults { refuse, lose_confirm, cut, .. } = self.faults;
        let chances =
            [(OfPublish::Refuse, refuse), (OfPublish::LoseConfirm, lose_confirm), (OfPublish::Cut, cut)];
        self.publish.pick(&chances)
    }

    fn of_ack(&mut self) -> Option<OfAck> {
        self.ack.pick(&[(OfAck::Redeliver, self.faults.redeliver), (OfAck::Cut, self.faults.cut)])
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Debug)]
struct Die(u64);

impl Die {
    /// A number from 0 to 1.
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }

    fn hits(&mut self, chance: f64) -> bool {
        self.roll() < chance
    }

    /// One of the faults, or none. A roll is always made, so that the next one depends on the seed alone.
    fn pick<F: Copy>(&mut self, chances: &[(F, f64)]) -> Option<F> {
        let mut rest = self.roll();
        chances.iter().find_map(|(fault, chance)| {
            rest -= chance;
            (rest < 0.0).then_some(*fault)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(faults: Faults) -> Vec<Option<OfPublish>> {
        let mut rolling = Rolling::new(faults);
        (0..200).map(|_| rolling.of_publish()).collect()
    }

    #[test]
    fn a_seed_gives_the_same_faults_and_another_seed_others() {
        let mixed = |seed| drawn(Faults::seeded(seed).refuse(0.3).cut(0.3));
        assert_eq!(mixed(7), mixed(7));
        assert_ne!(mixed(7), mixed(8));
    }

    #[test]
    fn faults_come_about_as_often_as_asked_and_never_unasked() {
        let count = |faults| drawn(faults).iter().flatten().count();
        assert_eq!(count(Faults::seeded(1)), 0);
        assert!((30..90).contains(&count(Faults::seeded(1).lose_confirm(0.3))));
        // Nobody can ask for a broker that never works.
        assert!(count(Faults::seeded(1).refuse(f64::INFINITY)) < 200);
        assert_eq!(count(Faults::seeded(1).refuse(f64::NAN)), 0);
    }
}
