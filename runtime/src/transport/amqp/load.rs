//! The work that a queue's consumer takes on at a time, and how long a handler may run.
//!
//! RabbitMQ closes the channel of a consumer that holds a message without a verdict for too long, and delivers all its
//! messages again. That time begins with the delivery. So a handler ends before it, and a consumer takes no more
//! messages than it can begin in time.

use super::broker::Name;
use crate::call::policy::Terms;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use polywire_codegen::transport::amqp::{Batch, Kind, Plan};
use std::time::Duration;

/// The time after which RabbitMQ closes the channel, unless its administrator sets another.
const CONSUMER_TIMEOUT: Duration = Duration::from_secs(30 * 60);
/// The time that is kept for the verdict, and for the copy of a message that failed.
const SETTLING: Duration = Duration::from_secs(60);

/// The limits of one queue's consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    /// Handlers that run.
    pub(crate) concurrency: usize,
    /// Messages that were delivered and not acknowledged.
    pub(crate) prefetch: u16,
}

/// The longest time of a handler. `broker` is the broker's consumer timeout, if the server was told of it.
pub(crate) fn longest(broker: Option<Duration>) -> Duration {
    let broker = broker.unwrap_or(CONSUMER_TIMEOUT);
    broker.saturating_sub(SETTLING).max(broker / 2)
}

/// The time of a method's handler.
///
/// # Errors
/// When the method asks for more than the broker allows.
pub(crate) fn timeout(method: &Method, terms: Terms, plan: &Plan, longest: Duration) -> Result<Duration> {
    let said = plan.load.timeout_ms.map(Duration::from_millis).or(terms.timeout);
    let Some(asked) = said else { return Ok(longest) };
    if asked <= longest {
        return Ok(asked);
    }
    Err(Status::failed_precondition(format!(
        "{}: `timeout` is {asked:?}, and the broker takes a message back before: a handler has {longest:?} here. Raise \
         `consumer_timeout` at the broker (a policy can, from RabbitMQ 3.12 on), tell it by `Server::consumer_timeout`, \
         or shorten `timeout`",
        method.full_name()
    )))
}

impl Load {
    /// The load of a queue that keeps its order.
    pub(crate) const ORDERED: Self = Self { concurrency: 1, prefetch: 1 };

    /// The load for a kind of message. Tasks should wait on the broker, where another consumer may take them.
    /// Events and requests are quick.
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Task => Self { concurrency: 64, prefetch: 128 },
            Kind::Event => Self { concurrency: 64, prefetch: 250 },
            Kind::Rpc => Self { concurrency: 256, prefetch: 256 },
        }
    }

    /// The load of a queue with these methods. `slowest` is the longest time of one of their handlers.
    ///
    /// # Errors
    /// When two methods ask for different values.
    pub(crate) fn of_queue(
        (queue, kind): (&Name, Kind),
        methods: &[(&'static Method, &'static Plan)],
        (slowest, longest): (Duration, Duration),
    ) -> Result<Self> {
        let prefetch = agreed(queue, "prefetch", methods, |plan| plan.load.prefetch)?;
        let concurrency = agreed(queue, "concurrency", methods, |plan| plan.load.concurrency)?;
        let default = Self::of(kind);
        if let Some(batch) = methods.first().and_then(|(_, plan)| plan.batch) {
            return Ok(Self::of_batches(batch, concurrency, prefetch, rounds(slowest, longest)));
        }
        let ratio = usize::from(default.prefetch) / default.concurrency;
        let concurrency = match (concurrency.map(usize::from), prefetch.map(usize::from)) {
            (Some(concurrency), _) => concurrency,
            (None, Some(prefetch)) => prefetch.min(default.concurrency),
            (None, None) => default.concurrency,
        };
        let prefetch = prefetch.map_or(concurrency * ratio.max(1), usize::from).max(concurrency);
        let prefetch = match kind {
            // A message that waits for a handler has the broker's time too.
            Kind::Task | Kind::Event => prefetch.min(concurrency * rounds(slowest, longest)),
            Kind::Rpc => prefetch,
        };
        let prefetch = u16::try_from(prefetch).unwrap_or(u16::MAX);
        tracing::debug!(%queue, concurrency, prefetch, "the load of a consumer");
        Ok(Self { concurrency, prefetch })
    }
}

/// Batches that run at once, unless the method says how many.
const BATCHES: u16 = 4;

impl Load {
    /// The load of a queue whose messages are joined, counted in messages.
    fn of_batches(batch: Batch, concurrency: Option<u16>, prefetch: Option<u16>, rounds: usize) -> Self {
        let max = usize::from(batch.max);
        let concurrency = max * usize::from(concurrency.unwrap_or(BATCHES));
        let prefetch =
            prefetch.map_or(concurrency + max, usize::from).min(concurrency.saturating_mul(rounds));
        Self { concurrency, prefetch: u16::try_from(prefetch).unwrap_or(u16::MAX) }
    }
}

/// How often a handler can run, one after the other, before the broker takes a message back.
fn rounds(slowest: Duration, longest: Duration) -> usize {
    let rounds = longest.as_millis() / slowest.as_millis().max(1);
    usize::try_from(rounds).unwrap_or(usize::MAX).clamp(1, usize::from(u16::MAX))
}

/// The value that the methods of a queue say. A method that says none takes that of the others.
fn agreed(
    queue: &Name,
    what: &str,
    methods: &[(&'static Method, &'static Plan)],
    value: impl Fn(&Plan) -> Option<u16>,
) -> Result<Option<u16>> {
    let mut said = methods.iter().filter_map(|(method, plan)| Some((method, value(plan)?)));
    let Some((first, agreed)) = said.next() else { return Ok(None) };
    match said.find(|(_, value)| *value != agreed) {
        None => Ok(Some(agreed)),
        Some((other, value)) => Err(Status::failed_precondition(format!(
            "queue `{queue}` has one consumer, but {} says `{what} = {agreed}` and {} says `{what} = {value}`; write the \
             same on both, or give one a queue of its own",
            first.full_name(),
            other.full_name()
        ))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::transport::amqp::behaviour::{Row, spec};
    use polywire_codegen::model::{Idempotency, Shape};
    use polywire_codegen::transport::amqp;

    const MINUTE: Duration = Duration::from_secs(60);

    fn loads(loads: &[amqp::Load]) -> Result<Load> {
        let names = ["First", "Second"];
        let rows: Vec<Row> = names
            .iter()
            .zip(loads)
            .map(|(name, load)| {
                let plan = Plan { kind: Kind::Task, load: *load, ..Plan::default() };
                (*name, Shape::Unary, plan, Idempotency::Unknown)
            })
            .collect();
        let methods = spec("test.Load", &rows);
        let longest = longest(None);
        let mut all: Vec<_> =
            methods.values().map(|method| (*method, method.plans.amqp.as_ref().unwrap())).collect();
        all.sort_by_key(|(method, _)| method.name());
        let slowest = all
            .iter()
            .map(|(method, plan)| timeout(method, Terms::default(), plan, longest))
            .collect::<Result<Vec<_>>>()?;
        Load::of_queue((&"shared".into(), Kind::Task), &all, (slowest.into_iter().max().unwrap(), longest))
    }

    #[test]
    fn a_handler_ends_before_the_broker_takes_its_message_back() {
        assert_eq!(longest(None), 29 * MINUTE);
        assert_eq!(longest(Some(240 * MINUTE)), 239 * MINUTE);
        assert_eq!(longest(Some(MINUTE)), MINUTE / 2);
        let slow = amqp::Load { timeout_ms: Some(30 * 60_000), ..amqp::Load::DEFAULT };
        let refused = loads(&[slow]).unwrap_err();
        assert!(refused.message().starts_with("test.Load/First: `timeout` is 1800s"), "{refused}");
        assert!(refused.message().contains("Server::consumer_timeout"), "{refused}");
    }

    #[test]
    fn no_message_waits_longer_than_the_broker_does() {
        assert_eq!(loads(&[amqp::Load::DEFAULT]).unwrap(), Load { concurrency: 64, prefetch: 64 });
        let asked = |timeout_ms, prefetch, concurrency| {
            loads(&[amqp::Load { timeout_ms, prefetch, concurrency, priority: None }]).unwrap()
        };
        let minutes = |count: u64| Some(count * 60_000);
        assert_eq!(asked(minutes(15), Some(20), Some(4)), Load { concurrency: 4, prefetch: 4 });
        assert_eq!(asked(minutes(5), Some(20), Some(4)), Load { concurrency: 4, prefetch: 20 });
        assert_eq!(asked(minutes(1), None, None), Load { concurrency: 64, prefetch: 128 });
        assert_eq!(asked(minutes(1), None, Some(3)), Load { concurrency: 3, prefetch: 6 });
        assert_eq!(asked(minutes(1), Some(5), None), Load { concurrency: 5, prefetch: 5 });
    }

    #[test]
    fn methods_of_a_queue_agree_or_are_refused_by_name() {
        let of = |concurrency| amqp::Load { concurrency, ..amqp::Load::DEFAULT };
        assert_eq!(loads(&[of(Some(3)), of(None)]).unwrap().concurrency, 3);
        assert_eq!(loads(&[of(None), of(Some(3))]).unwrap().concurrency, 3);
        let refused = loads(&[of(Some(3)), of(Some(4))]).unwrap_err();
        for part in
            ["`shared`", "test.Load/First", "test.Load/Second", "`concurrency = 3`", "`concurrency = 4`"]
        {
            assert!(refused.message().contains(part), "{refused}");
        }
    }
}
