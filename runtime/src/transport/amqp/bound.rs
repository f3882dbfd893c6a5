//! A method and the queue that serves it. What the methods of one queue must agree on is checked here.

use super::broker::{Name, Topology};
use super::envelope::Known;
use super::foreign::Expected;
use super::load::{self, Load};
use super::topology::{Address, Sequence};
use crate::call::status::{Result, Status};
use crate::waist::handler::Route;
use polywire_codegen::transport::amqp::foreign::Framework;
use polywire_codegen::transport::amqp::{Batch, Kind, Plan};
use std::sync::Arc;
use std::time::Duration;

/// A method that a queue serves.
pub(crate) struct Bound {
    pub(super) route: Arc<Route>,
    pub(super) plan: &'static Plan,
    pub(super) address: Address<'static>,
    /// The longest time of the handler of a task or an event.
    pub(super) timeout: Duration,
    /// The fields of its request, if the rule about their names fits it.
    pub(super) known: Option<Known>,
}

impl Bound {
    /// Binds a method to its queue.
    ///
    /// # Errors
    /// When its handler may take longer than the broker allows.
    pub(crate) fn new(
        route: Arc<Route>,
        plan: &'static Plan,
        address: Address<'static>,
        longest: Duration,
    ) -> Result<Self> {
        let timeout = load::timeout(route.method, route.terms, plan, longest)?;
        let known = Known::of(route.method);
        Ok(Self { route, plan, address, timeout, known })
    }

    /// The part of the method that another framework's messages depend on, if it takes such messages.
    pub(super) fn expected(&self) -> Option<Expected<'_>> {
        let foreign = self.plan.foreign.as_ref()?;
        Some(Expected { foreign, known: self.known.as_ref() })
    }

    /// The framework whose messages a queue with these methods holds.
    ///
    /// # Errors
    /// When one of them takes the messages of another.
    pub(crate) fn framework(queue: &Name, methods: &[Self]) -> Result<Option<Framework>> {
        let of = |bound: &Self| bound.plan.foreign.as_ref().map(|foreign| foreign.framework);
        let Some(first) = methods.first() else { return Ok(None) };
        match methods.iter().find(|bound| of(bound) != of(first)) {
            None => Ok(of(first)),
            Some(other) => Err(Status::failed_precondition(format!(
                "queue `{queue}` serves {} and {}, which take messages of different frameworks; give one a queue of its own",
                first.route.method.full_name(),
                other.route.method.full_name()
            ))),
        }
    }

    /// Whether a queue with these methods keeps the order of its messages.
    ///
    /// # Errors
    /// When one of them does and another does not.
    pub(crate) fn sequence(queue: &Name, methods: &[Self]) -> Result<Sequence> {
        let Some(first) = methods.first() else { return Ok(Sequence::Any) };
        match methods.iter().find(|bound| bound.plan.order != first.plan.order) {
            None => Ok(first.address.sequence),
            Some(other) => Err(Status::failed_precondition(format!(
                "queue `{queue}` is ordered by one of {} and {} alone, or by different fields; write the same on both, \
                 or give one a queue of its own",
                first.route.method.full_name(),
                other.route.method.full_name()
            ))),
        }
    }

    /// How the messages of a queue with these methods are joined.
    ///
    /// # Errors
    /// When one of them takes batches and another does not. Messages of two methods make no batch.
    pub(crate) fn batch(queue: &Name, methods: &[Self]) -> Result<Option<Batch>> {
        match methods {
            [only] => Ok(only.plan.batch),
            [first, other, ..] if methods.iter().any(|bound| bound.plan.batch.is_some()) => {
                Err(Status::failed_precondition(format!(
                    "queue `{queue}` serves {} and {}, and one of its methods takes batches; give that one a queue of its own",
                    first.route.method.full_name(),
                    other.route.method.full_name()
                )))
            }
            _ => Ok(None),
        }
    }

    /// The load of a queue with these methods.
    ///
    /// # Errors
    /// When they ask for different ones.
    pub(crate) fn load(queue: (&Name, Kind), methods: &[Self], longest: Duration) -> Result<Load> {
        let slowest = methods.iter().map(|bound| bound.timeout).max().unwrap_or(longest);
        let plans: Vec<_> = methods.iter().map(|bound| (bound.route.method, bound.plan)).collect();
        Load::of_queue(queue, &plans, (slowest, longest))
    }

    /// The declarations that these methods need before they are consumed.
    pub(crate) fn topology(methods: &[Self]) -> Topology {
        let mut all = Topology::default();
        methods.iter().for_each(|bound| all.merge(bound.address.consumed()));
        all
    }
}
