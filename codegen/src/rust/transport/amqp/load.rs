//! Reads `timeout = "15m", prefetch = 20, concurrency = 4, priority = 7` of `#[amqp(…)]`.

use crate::rust::attrs;
use crate::rust::transport::attr::{Facts, Reading};
use crate::transport::amqp::{Kind, Load, Plan};
use quote::ToTokens;
use std::fmt::Display;
use std::str::FromStr;
use syn::{Attribute, Ident, Lit};

/// Whether a key belongs to the load.
pub(super) fn knows(key: &Ident) -> bool {
    ["timeout", "prefetch", "concurrency", "priority"].iter().any(|known| key == known)
}

/// Reads one value. `knows` has said yes to its key.
pub(super) fn read(key: &Ident, value: &Lit, load: &mut Load, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    match key.to_string().as_str() {
        "timeout" => load.timeout_ms = duration(value, facts, reading),
        "prefetch" => load.prefetch = count(value, "messages to hold", facts, reading),
        "concurrency" => load.concurrency = count(value, "handlers", facts, reading),
        _ => load.priority = priority(value, facts, reading),
    }
}

/// Checks the values against each other, and against the kind of message.
pub(super) fn check(attr: &Attribute, plan: &Plan, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    let Load { timeout_ms, prefetch, concurrency, .. } = plan.load;
    if timeout_ms.is_some() && plan.kind == Kind::Rpc {
        let rule = "the time of a call is its caller's, and the server's limit `unary_timeout`";
        let text = format!("{}: {rule}; remove `timeout`, or make it a `task` or an `event`", facts.subject);
        reading.errors.push(attr, text);
    }
    if let (Some(prefetch), Some(concurrency)) = (prefetch, concurrency)
        && prefetch < concurrency
    {
        let text = format!(
            "{}: {prefetch} messages cannot keep {concurrency} handlers busy; let `prefetch` be at least `concurrency`",
            facts.subject
        );
        reading.errors.push(attr, text);
    }
}

/// Reads a time that is longer than nothing, in milliseconds.
pub(super) fn duration(value: &Lit, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<u64> {
    let text = attrs::text(value, &facts.subject, reading.errors)?;
    let ms = attrs::milliseconds(&text.value()).filter(|ms| *ms > 0);
    if ms.is_none() {
        let rule = "a time is a number above 0 with `ms`, `s`, `m` or `h`";
        reading
            .errors
            .push(&text, format!("{}: `{}`: {rule}; write it as in `15m`", facts.subject, text.value()));
    }
    ms
}

/// Reads a number of at least 1.
pub(super) fn count<T>(value: &Lit, what: &str, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<T>
where
    T: FromStr + Default + PartialEq,
    T::Err: Display,
{
    let count = attrs::number::<T>(value, &facts.subject, reading.errors)?;
    if count == T::default() {
        let text = format!("{}: with 0 {what} nothing is ever handled; write 1 or more", facts.subject);
        reading.errors.push(value, text);
        return None;
    }
    Some(count)
}

fn priority(value: &Lit, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<u8> {
    let priority = attrs::number::<u8>(value, &facts.subject, reading.errors)?;
    if priority > Load::HIGHEST {
        let text = format!(
            "{}: priority `{}`: brokers have at most 32 levels; write 0 to {}",
            facts.subject,
            value.to_token_stream(),
            Load::HIGHEST
        );
        reading.errors.push(value, text);
        return None;
    }
    Some(priority)
}
