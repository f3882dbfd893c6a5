//! Reads `batch(max = 100, wait = "200ms")` of `#[amqp(…)]`.

use super::load;
use crate::rust::attrs::Arg;
use crate::rust::transport::attr::{Facts, Reading};
use crate::transport::amqp::{Batch, Kind, Plan};
use syn::Ident;

/// Reads the list behind `batch`.
pub(super) fn read(args: &[Arg], facts: &Facts<'_>, reading: &mut Reading<'_>) -> Batch {
    let mut batch = Batch::DEFAULT;
    for arg in args {
        match arg {
            Arg::Set(key, value) if key == "max" => {
                if let Some(max) = load::count::<u16>(value, "messages", facts, reading) {
                    batch.max = max;
                }
                if batch.max > Batch::MOST {
                    let text = format!("a batch has at most {} messages; write less", Batch::MOST);
                    reading.errors.push(value, format!("{}: {text}", facts.subject));
                }
            }
            Arg::Set(key, value) if key == "wait" => {
                if let Some(ms) = load::duration(value, facts, reading) {
                    batch.wait_ms = ms;
                }
                if batch.wait_ms > Batch::LONGEST_WAIT_MS {
                    let text = "a message waits at most a minute for others; write less";
                    reading.errors.push(value, format!("{}: {text}", facts.subject));
                }
            }
            other => other.refuse(&facts.subject, "`max = 100`, `wait = \"200ms\"`", reading.errors),
        }
    }
    batch
}

/// Checks that the method can take several messages at once.
pub(super) fn check(key: &Ident, plan: &Plan, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    let Some(batch) = plan.batch else { return };
    let mut refuse = |rule: &str| reading.errors.push(key, format!("{}: {rule}", facts.subject));
    if !facts.request_is_list {
        refuse("a batch joins the lists of several messages; take one argument, `items: Vec<…>`");
    }
    if plan.kind == Kind::Rpc {
        refuse(
            "each caller waits for an answer of its own; make it a `task` or an `event`, or remove `batch`",
        );
    }
    if plan.order.is_some() {
        refuse("an ordered queue runs one message at a time; remove `batch` or `ordered_by`");
    }
    if let Some(prefetch) = plan.load.prefetch.filter(|prefetch| *prefetch < batch.max) {
        let max = batch.max;
        refuse(&format!(
            "with `prefetch = {prefetch}` no batch of {max} comes together; let it be at least `max`"
        ));
    }
}
