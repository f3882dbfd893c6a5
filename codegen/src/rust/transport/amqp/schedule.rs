//! Reads `schedule = "0 3 * * *"` of `#[amqp(task, …)]`.

use crate::rust::attrs;
use crate::rust::transport::attr::{Facts, Reading};
use crate::transport::amqp::{Kind, Plan};
use syn::{Attribute, Lit};

/// Reads a pattern. Its fields are counted here, and read when the server starts.
pub(super) fn read(value: &Lit, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<String> {
    let text = attrs::text(value, &facts.subject, reading.errors)?;
    let pattern = text.value();
    if !pattern.starts_with('@') && !(5..=7).contains(&pattern.split_whitespace().count()) {
        let rule = "a schedule is a cron pattern: minute, hour, day of the month, month and day of the week";
        let text_of = format!("{}: `{pattern}`: {rule}; write it as in `0 3 * * *`", facts.subject);
        reading.errors.push(&text, text_of);
        return None;
    }
    Some(pattern)
}

/// Checks that the servers can publish the task by themselves.
pub(super) fn check(attr: &Attribute, plan: &Plan, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    if plan.schedule.is_none() {
        return;
    }
    let mut refuse = |rule: &str| reading.errors.push(attr, format!("{}: {rule}", facts.subject));
    if plan.kind != Kind::Task {
        refuse("a schedule starts work, and one server does it; make it a `task`, or remove `schedule`");
    } else if !facts.request_empty {
        refuse("nobody gives a scheduled task its arguments; take none, or remove `schedule`");
    }
}
