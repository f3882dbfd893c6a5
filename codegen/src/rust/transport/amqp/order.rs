//! Reads `ordered_by = "order_id", partitions = 8` of `#[amqp(…)]`.

use super::load;
use crate::model::Text;
use crate::rust::attrs;
use crate::rust::transport::attr::{Binding, Facts, Fits, Reading, Side};
use crate::transport::amqp::order::Order;
use crate::transport::amqp::{Kind, Plan};
use syn::{Attribute, Ident, Lit};

/// The words as they are read, before they are checked against each other.
#[derive(Default)]
pub(super) struct Words {
    by: Option<Text>,
    partitions: Option<u16>,
}

/// Whether a key belongs to the order.
pub(super) fn knows(key: &Ident) -> bool {
    key == "ordered_by" || key == "partitions"
}

/// Reads one value. `knows` has said yes to its key.
pub(super) fn read(
    key: &Ident,
    value: &Lit,
    words: &mut Words,
    facts: &Facts<'_>,
    reading: &mut Reading<'_>,
) {
    if key == "partitions" {
        words.partitions = partitions(value, facts, reading);
        return;
    }
    let Some(at) = attrs::text(value, &facts.subject, reading.errors) else { return };
    let field = at.value();
    words.by = Some(Text::from(field.clone()));
    let what = format!("`ordered_by = \"{field}\"`");
    reading.notes.bindings.push(Binding { side: Side::Request, field, what, fits: Fits::Key, at });
}

fn partitions(value: &Lit, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<u16> {
    let count = load::count::<u16>(value, "partitions", facts, reading)?;
    if count > Order::MOST_PARTITIONS {
        let text = format!(
            "{}: {count} partitions: each is two queues with a consumer; write at most {}",
            facts.subject,
            Order::MOST_PARTITIONS
        );
        reading.errors.push(value, text);
        return None;
    }
    Some(count)
}

/// Checks the order against the rest of the attribute, and adds it to the plan.
pub(super) fn check(
    attr: &Attribute,
    words: Words,
    plan: &mut Plan,
    facts: &Facts<'_>,
    reading: &mut Reading<'_>,
) {
    let Some(by) = words.by else {
        if words.partitions.is_some() {
            refuse(
                attr,
                "partitions need a field that chooses one; add `ordered_by = \"…\"`",
                facts,
                reading,
            );
        }
        return;
    };
    if plan.kind == Kind::Rpc {
        let rule = "the calls of a caller that waits for answers are in order already";
        refuse(
            attr,
            &format!("{rule}; make it a `task` or an `event`, or remove `ordered_by`"),
            facts,
            reading,
        );
    }
    if plan.load.prefetch.is_some() || plan.load.concurrency.is_some() {
        let rule = "an ordered queue runs one message at a time";
        refuse(
            attr,
            &format!("{rule}; set `partitions`, and remove `prefetch` and `concurrency`"),
            facts,
            reading,
        );
    }
    plan.order = Some(Order { by, partitions: words.partitions.unwrap_or(Order::DEFAULT_PARTITIONS) });
}

fn refuse(attr: &Attribute, rule: &str, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    reading.errors.push(attr, format!("{}: {rule}", facts.subject));
}
