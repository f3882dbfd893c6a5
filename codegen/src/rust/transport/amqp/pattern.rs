//! Checks a routing key that is a pattern, and `key = "field"` of `#[amqp(…)]`, which holds the key of a message.

use crate::model::Text;
use crate::rust::attrs;
use crate::rust::transport::attr::{Binding, Facts, Fits, Reading, Side};
use crate::transport::amqp::{Kind, Plan};
use syn::{Attribute, Lit};

/// Reads `key = "status"`.
pub(super) fn read(value: &Lit, plan: &mut Plan, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    let Some(at) = attrs::text(value, &facts.subject, reading.errors) else { return };
    let field = at.value();
    plan.key = Some(Text::from(field.clone()));
    let what = format!("`key = \"{field}\"`");
    reading.notes.bindings.push(Binding { side: Side::Request, field, what, fits: Fits::Key, at });
}

/// Checks the pattern against the rest of the attribute.
pub(super) fn check(attr: &Attribute, plan: &Plan, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    let mut refuse = |rule: &str| reading.errors.push(attr, format!("{}: {rule}", facts.subject));
    let key = plan.routing_key.as_deref().unwrap_or_default();
    let is_half = |word: &str| word.len() > 1 && word.contains(['*', '#']);
    if key.split('.').any(is_half) {
        refuse("in a pattern `*` and `#` stand for whole words; write it as in `order.*`");
    }
    if plan.pattern().is_none() {
        if plan.key.is_some() {
            refuse("every message has the same routing key; make `routing_key` a pattern, or remove `key`");
        }
        return;
    }
    if plan.kind == Kind::Rpc {
        refuse("a call has one routing key; make it a `task` or an `event`, or remove the pattern");
    }
    if plan.order.is_some() {
        refuse("the key of an ordered message names its partition; remove the pattern or `ordered_by`");
    }
    if plan.exchange.as_deref() == Some("") {
        refuse("the default exchange has no patterns; name an exchange");
    }
}
