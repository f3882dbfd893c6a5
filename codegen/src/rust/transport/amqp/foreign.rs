//! Reads `celery = "tasks.process_order"` and `nestjs = "sum"` of `#[amqp(…)]`.

use super::attr::name;
use crate::model::{Shape, Text};
use crate::rust::attrs::Arg;
use crate::rust::transport::attr::{Facts, Reading};
use crate::transport::amqp::Plan;
use crate::transport::amqp::foreign::{Foreign, Framework};
use syn::{Ident, Lit};

/// The framework that a key stands for.
pub(super) fn framework(key: &Ident) -> Option<Framework> {
    match key.to_string().as_str() {
        "celery" => Some(Framework::Celery),
        "nestjs" => Some(Framework::Nest),
        _ => None,
    }
}

/// Whether one of the arguments names a framework.
pub(super) fn is_named(args: &[Arg]) -> bool {
    args.iter().any(|arg| matches!(arg, Arg::Set(key, _) if framework(key).is_some()))
}

/// Reads the name of the task, or the pattern.
pub(super) fn read(
    framework: Framework,
    value: &Lit,
    plan: &mut Plan,
    facts: &Facts<'_>,
    reading: &mut Reading<'_>,
) {
    if plan.foreign.is_some() {
        let text = format!("{}: a queue holds the messages of one framework; keep one", facts.subject);
        reading.errors.push(value, text);
    }
    plan.foreign = name(value, facts, reading).map(|text| Foreign {
        framework,
        name: Text::from(text.value()),
        answers: !facts.response_empty,
        whole: !facts.request_made,
    });
}

/// Checks the rest of the attribute. `kind` is the word that it says.
pub(super) fn check(
    at: &Ident,
    kind: Option<&Ident>,
    plan: &Plan,
    facts: &Facts<'_>,
    reading: &mut Reading<'_>,
) {
    let Some(framework) = plan.foreign.as_ref().map(|foreign| foreign.framework) else { return };
    let mut refuse = |rule: &str| reading.errors.push(at, format!("{}: {rule}", facts.subject));
    let name = framework.as_str();
    if kind.is_some_and(|kind| kind != "task") {
        refuse(&format!("a method of {name} is a `task`, with an answer or without; remove the other word"));
    }
    if facts.shape != Shape::Unary {
        refuse(&format!("{name} knows no streams; take and return single values"));
    }
    if plan.queue.is_none() && framework.queue().is_none() {
        refuse(&format!("{name} has no queue of its own; name the queue of the service: `queue = \"…\"`"));
    }
    if plan.exchange.is_some() || plan.routing_key.is_some() || plan.key.is_some() {
        refuse(&format!("{name} publishes to the queue itself; remove `exchange`, `routing_key` and `key`"));
    }
    if plan.order.is_some() {
        refuse(&format!("{name} knows no partitions; remove `ordered_by`"));
    }
    if plan.schedule.is_some() {
        refuse(&format!("a schedule publishes messages of ours, not of {name}; remove `schedule`"));
    }
    if plan.batch.is_some() {
        refuse(&format!("each message of {name} is a call of its own; remove `batch`"));
    }
}
