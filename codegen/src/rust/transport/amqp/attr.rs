//! Reads `#[amqp(task, queue = "orders", retry(limit = 5, backoff = "1s..5m"))]`.

use super::{batch, foreign, load, order, pattern, schedule};
use crate::model::{Code, Shape, Text};
use crate::rust::attrs::{self, Arg};
use crate::rust::transport::attr::{Claim, Facts, Reading};
use crate::transport::amqp::{Kind, Plan, Retry};
use std::borrow::Cow;
use syn::{Attribute, Ident, Lit, LitStr};

const KNOWN: &str = "`rpc`, `task`, `event`, `required`, `queue = \"…\"`, `exchange = \"…\"`, `routing_key = \"…\"`, `key = \"…\"`, `retry(on = [Unavailable], limit = 5, backoff = \"1s..5m\", jitter = false)`, `timeout = \"15m\"`, `prefetch = 20`, `concurrency = 4`, `priority = 7`, `ordered_by = \"…\"`, `partitions = 8`, `batch(max = 100, wait = \"200ms\")`, `schedule = \"0 3 * * *\"`, `celery = \"…\"`, `nestjs = \"…\"`, `skip`";

/// The words before a queue that belongs to one method.
const QUEUE: &str = "AMQP queue";

/// The plan of a method: an RPC by default. Streams of requests have none.
pub(crate) fn read(own: &[&Attribute], facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<Plan> {
    if facts.shape.client_streams() {
        if let Some(attr) = own.first() {
            let rule = "a queue holds single messages, so AMQP carries no stream of requests";
            reading
                .errors
                .push(attr, format!("{}: {rule}; remove `#[amqp]`, or take one message", facts.subject));
        }
        return None;
    }
    if let [_, more, ..] = own {
        reading.errors.push(more, format!("{}: one `#[amqp]` a method; join them", facts.subject));
    }
    let mut plan = Plan::default();
    if let Some(attr) = own.first() {
        let (mut kind, mut order, mut batched, mut framework) = (None, order::Words::default(), None, None);
        let args = attrs::args(attr);
        let hint = "write it as in `#[amqp(task, queue = \"orders\")]`";
        let args = reading.errors.explain(args, &facts.subject, hint)?;
        let is_shared = foreign::is_named(&args);
        for arg in args {
            if let Arg::Set(key, value) = &arg
                && let Some(named) = foreign::framework(key)
            {
                foreign::read(named, value, &mut plan, facts, reading);
                framework = Some(key.clone());
                continue;
            }
            match &arg {
                Arg::List(key, args) if key == "batch" => {
                    plan.batch = Some(batch::read(args, facts, reading));
                    batched = Some(key.clone());
                }
                Arg::Set(key, value) if order::knows(key) => {
                    order::read(key, value, &mut order, facts, reading)
                }
                _ => argument(&arg, &mut plan, &mut kind, facts, reading),
            }
        }
        if is_shared {
            // Every task of a program may be in one queue.
            reading.notes.claims.retain(|claim| !claim.address.starts_with(QUEUE));
        } else if let Some(word) = &kind {
            check_answer(word, &plan, facts, reading);
        }
        if framework.is_some() {
            plan.kind = Kind::Task;
        }
        if plan.required && plan.kind != Kind::Event {
            let rule = "a task or a request is always refused when no queue takes it";
            reading.errors.push(
                attr,
                format!("{}: {rule}; keep `required` for an `event`, or remove it", facts.subject),
            );
        }
        load::check(attr, &plan, facts, reading);
        order::check(attr, order, &mut plan, facts, reading);
        pattern::check(attr, &plan, facts, reading);
        schedule::check(attr, &plan, facts, reading);
        if let Some(key) = framework {
            foreign::check(&key, kind.as_ref(), &plan, facts, reading);
        }
        if let Some(key) = batched {
            batch::check(&key, &plan, facts, reading);
        }
    }
    Some(plan)
}

fn argument(
    arg: &Arg,
    plan: &mut Plan,
    kind: &mut Option<Ident>,
    facts: &Facts<'_>,
    reading: &mut Reading<'_>,
) {
    match arg {
        Arg::Word(word) if word == "rpc" || word == "task" || word == "event" => {
            if kind.replace(word.clone()).is_some() {
                let rule = "a method is one of `rpc`, `task` and `event`";
                reading.errors.push(word, format!("{}: {rule}; keep one", facts.subject));
            }
            plan.kind = parse_kind(word);
        }
        Arg::Word(word) if word == "required" => plan.required = true,
        Arg::Set(key, value) if key == "queue" => {
            if let Some(text) = name(value, facts, reading) {
                let address = format!("{QUEUE} `{}`", text.value());
                plan.queue = Some(Text::from(text.value()));
                reading.notes.claims.push(Claim { address, at: text });
            }
        }
        Arg::Set(key, value) if key == "exchange" => {
            plan.exchange = name(value, facts, reading).map(|text| Cow::Owned(text.value()));
        }
        Arg::Set(key, value) if key == "routing_key" => {
            plan.routing_key = name(value, facts, reading).map(|text| Cow::Owned(text.value()));
        }
        Arg::List(key, args) if key == "retry" => plan.retry = retry(args, facts, reading),
        Arg::Set(key, value) if key == "schedule" => {
            plan.schedule = schedule::read(value, facts, reading).map(Cow::Owned);
        }
        Arg::Set(key, value) if key == "key" => pattern::read(value, plan, facts, reading),
        Arg::Set(key, value) if load::knows(key) => load::read(key, value, &mut plan.load, facts, reading),
        other => other.refuse(format!("{}: `#[amqp]`", facts.subject), KNOWN, reading.errors),
    }
}

fn parse_kind(word: &Ident) -> Kind {
    match word.to_string().as_str() {
        "task" => Kind::Task,
        "event" => Kind::Event,
        _ => Kind::Rpc,
    }
}

/// Checks that a task or an event has no answer.
fn check_answer(word: &Ident, plan: &Plan, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    if plan.kind == Kind::Rpc {
        return;
    }
    if facts.shape != Shape::Unary || !facts.response_empty {
        let rule = format!(
            "nobody waits for the answer of a{} `{word}`",
            if plan.kind == Kind::Event { "n" } else { "" }
        );
        reading
            .errors
            .push(word, format!("{}: {rule}; return `Result<()>`, or make it `rpc`", facts.subject));
    }
}

/// Checks a name. Names of queues, exchanges and keys are short strings of at most 255 bytes.
pub(super) fn name(value: &Lit, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<LitStr> {
    let text = attrs::text(value, &facts.subject, reading.errors)?;
    if text.value().is_empty() || text.value().len() > 255 {
        let rule = "AMQP names have 1 to 255 bytes";
        reading
            .errors
            .push(&text, format!("{}: {rule}; write a name, or leave it to the default", facts.subject));
        return None;
    }
    Some(text)
}

fn retry(args: &[Arg], facts: &Facts<'_>, reading: &mut Reading<'_>) -> Retry {
    let mut retry = Retry::DEFAULT;
    for arg in args {
        match arg {
            Arg::Set(key, value) if key == "limit" => {
                retry.limit = attrs::number(value, &facts.subject, reading.errors).unwrap_or(retry.limit);
            }
            Arg::Set(key, value) if key == "backoff" => {
                let text = attrs::text(value, &facts.subject, reading.errors);
                if let Some((first, last)) = text.and_then(|text| backoff(&text, facts, reading)) {
                    (retry.first_ms, retry.last_ms) = (first, last);
                }
            }
            Arg::Set(key, Lit::Bool(value)) if key == "jitter" => retry.jitter = value.value,
            Arg::Word(word) if word == "jitter" => retry.jitter = true,
            Arg::Words(key, words) if key == "on" => {
                retry.on = Some(words.iter().filter_map(|word| code(word, facts, reading)).collect());
            }
            Arg::Array(key, _) if key == "on" => {
                let rule = "`on` lists the codes that are tried again";
                let text = format!("{}: {rule}; write it as in `on = [Unavailable, Aborted]`", facts.subject);
                reading.errors.push(key, text);
            }
            other => other.refuse(&facts.subject, RETRY_KNOWN, reading.errors),
        }
    }
    retry
}

const RETRY_KNOWN: &str =
    "`on = [Unavailable, Aborted]`, `limit = 5`, `backoff = \"1s..5m\"`, `jitter = false`";

/// Reads a code that may be tried again.
fn code(word: &Ident, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<Code> {
    let known = Code::ALL.into_iter().find(|code| word == code.variant());
    if known.is_none() {
        let codes = Code::ALL.map(Code::variant).join(", ");
        reading.errors.push(word, format!("{}: `{word}` is no code; write one of {codes}", facts.subject));
    }
    known
}

/// Reads `1s..5m`, or one delay for all.
fn backoff(text: &LitStr, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<(u64, u64)> {
    let value = text.value();
    let (first, last) = value.split_once("..").unwrap_or((&value, &value));
    match (attrs::milliseconds(first), attrs::milliseconds(last)) {
        (Some(first), Some(last)) if 0 < first && first <= last => Some((first, last)),
        _ => {
            let rule = "a back-off is a delay, or the first and the longest one, in `ms`, `s`, `m` or `h`";
            reading
                .errors
                .push(text, format!("{}: `{value}`: {rule}; write it as in `1s..5m`", facts.subject));
            None
        }
    }
}
