//! The tasks that a task's message asks for: the rest of its chain, its callbacks and its errbacks.
//!
//! A signature names a queue, and this server publishes with its own rights. So a signature goes to the queue of its task
//! here, to the queue that its message came from, or to one that the server was told of.

use super::{Route, Task, iso, millis};
use crate::call::status::{Result, Status};
use crate::log::Quoted;
use crate::transport::amqp::broker::Publish;
use crate::transport::amqp::foreign::arguments::parse;
use crate::transport::amqp::foreign::{Expected, to_queue, unreadable};
use crate::transport::amqp::ids::{message_id, unix_millis};
use crate::transport::amqp::properties::{Fields, Properties, Value};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The most tasks in one list: a chain, callbacks, or errbacks.
const MOST: usize = 100;
/// The longest text of arguments in a header, in bytes.
const LONGEST_SHOWN: usize = 1_024;

/// The tasks that follow a task.
#[derive(Debug, Default)]
pub(super) struct Sequel {
    callbacks: Vec<Signature>,
    errbacks: Vec<Signature>,
    /// The rest of the chain. The next task is the last.
    chain: Vec<Signature>,
}

/// A task to publish.
#[derive(Debug)]
struct Signature {
    /// The id of the task, which its message says, or a new one.
    id: String,
    written: Written,
}

/// A signature as it stands in a message.
#[derive(Debug, Deserialize)]
struct Written {
    task: String,
    args: Option<Vec<Json>>,
    kwargs: Option<BTreeMap<String, Json>>,
    options: Option<BTreeMap<String, Json>>,
    subtask_type: Option<String>,
    #[serde(default)]
    immutable: bool,
}

/// The third part of a body.
#[derive(Deserialize)]
struct Options<'a> {
    #[serde(borrow)]
    callbacks: Option<&'a RawValue>,
    #[serde(borrow)]
    errbacks: Option<&'a RawValue>,
    #[serde(borrow)]
    chain: Option<&'a RawValue>,
    chord: Option<Json>,
}

impl Sequel {
    /// Reads the options of the task with this id.
    pub(super) fn read(expected: Expected<'_>, options: &RawValue, id: &str) -> Result<Self> {
        if options.get() == "null" {
            return Ok(Self::default());
        }
        let options: Options<'_> = parse(expected, options, "its options are no object")?;
        if options.chord.is_some() {
            let why = "it is part of a chord, and the store that counts the parts of a chord is not served: use a chain, \
                       or wait for a group in the producer";
            return Err(unserved(expected, why));
        }
        let list = |name: &str, raw: Option<&RawValue>| signatures(expected, name, raw);
        let all = Self {
            callbacks: list("callbacks", options.callbacks)?,
            errbacks: list("errbacks", options.errbacks)?,
            chain: list("chain", options.chain)?,
        };
        let mut seen = BTreeSet::from([id]);
        if let Some(again) = all.chain.iter().find(|next| !seen.insert(&next.id)) {
            let why = format!("its chain comes back to the task `{}`", Quoted(&again.id));
            return Err(unreadable(expected.foreign, &why));
        }
        Ok(all)
    }

    /// Checks the queues of the tasks that may be next.
    pub(super) fn check(&self, route: &dyn Route) -> Result<()> {
        let mut next = self.callbacks.iter().chain(&self.errbacks).chain(self.chain.last());
        next.try_for_each(|next| next.queue(route).map(drop))
    }

    /// The ids of the rest of the chain.
    pub(super) fn chain_ids(&self) -> impl Iterator<Item = &str> {
        self.chain.iter().map(|next| next.id.as_str())
    }

    pub(super) fn after_success(&self, task: &Task, result: &str, route: &dyn Route) -> Result<Vec<Publish>> {
        let result: Json = serde_json::from_str(result).unwrap_or(Json::Null);
        let callbacks = self.callbacks.iter().map(|next| next.publish(task, &result, &[], route));
        let chain = self.chain.split_last();
        let next = chain.map(|(next, rest)| next.publish(task, &result, rest, route));
        callbacks.chain(next).collect()
    }

    pub(super) fn after_failure(&self, task: &Task, route: &dyn Route) -> Result<Vec<Publish>> {
        let id = Json::from(task.id.clone());
        self.errbacks.iter().map(|next| next.publish(task, &id, &[], route)).collect()
    }
}

fn signatures(expected: Expected<'_>, name: &str, raw: Option<&RawValue>) -> Result<Vec<Signature>> {
    let Some(raw) = raw else { return Ok(Vec::new()) };
    let not = format!("`{name}` is no list of signatures");
    let written: Option<Vec<Written>> = parse(expected, raw, &not)?;
    let written = written.unwrap_or_default();
    if written.len() > MOST {
        let why = format!("`{name}` has {} tasks, and at most {MOST} are taken", written.len());
        return Err(unreadable(expected.foreign, &why));
    }
    written.into_iter().map(|written| Signature::new(expected, name, written)).collect()
}

/// The status of a message that asks for what is not served.
fn unserved(expected: Expected<'_>, why: &str) -> Status {
    Status::unimplemented(unreadable(expected.foreign, why).message().to_owned())
}

impl Signature {
    fn new(expected: Expected<'_>, list: &str, written: Written) -> Result<Self> {
        if let Some(kind) = &written.subtask_type {
            let why = format!("`{list}` has a {}, and single tasks alone are taken", Quoted(kind));
            return Err(unserved(expected, &why));
        }
        if written.task.is_empty() {
            return Err(unreadable(expected.foreign, &format!("`{list}` has a task without a name")));
        }
        let signature = Self { id: String::new(), written };
        if signature.value("chord").is_some() {
            let why = format!("`{list}` has a part of a chord, and single tasks alone are taken");
            return Err(unserved(expected, &why));
        }
        let id = signature.option("task_id").unwrap_or_else(message_id);
        Ok(Self { id, ..signature })
    }

    fn value(&self, name: &str) -> Option<&Json> {
        self.written.options.as_ref()?.get(name).filter(|value| !value.is_null())
    }

    /// An option that is a text.
    fn option(&self, name: &str) -> Option<String> {
        self.value(name)?.as_str().map(str::to_owned)
    }

    /// The message of the task. `first` becomes its first argument, unless it is immutable.
    fn publish(&self, from: &Task, first: &Json, rest: &[Self], route: &dyn Route) -> Result<Publish> {
        let queue = self.queue(route)?;
        let mut args = self.written.args.clone().unwrap_or_default();
        if !self.written.immutable {
            args.insert(0, first.clone());
        }
        let (args, kwargs) = (json!(args), json!(self.written.kwargs.clone().unwrap_or_default()));
        let rest: Vec<Json> = rest.iter().map(Self::written).collect();
        let chain = if rest.is_empty() { self.value("chain").cloned() } else { Some(rest.into()) };
        let body = json!([args, kwargs, {
            "callbacks": self.value("link"), "errbacks": self.value("link_error"), "chain": chain, "chord": null,
        }]);
        let properties = Properties {
            headers: self.headers(from, &args, &kwargs),
            persistent: true,
            correlation_id: Some(self.id.clone()),
            // The address was checked. Another one would be published by the next worker.
            reply_to: from.heir.clone(),
            priority: self
                .value("priority")
                .and_then(Json::as_u64)
                .and_then(|level| u8::try_from(level).ok()),
            message_id: Some(self.id.clone()),
            ..Properties::default()
        };
        Ok(Publish { mandatory: true, ..to_queue(queue, properties, body.to_string()) })
    }

    /// The queue of the task.
    fn queue(&self, route: &dyn Route) -> Result<String> {
        route.queue(&self.written.task, self.asked()?.as_deref())
    }

    /// The queue that the signature asks for.
    fn asked(&self) -> Result<Option<String>> {
        let queue = self.option("queue").or_else(|| self.option("routing_key"));
        match self.option("exchange").filter(|name| !name.is_empty() && Some(name) != queue.as_ref()) {
            Some(exchange) => Err(Status::failed_precondition(format!(
                "the task `{}` goes to exchange `{}`, and this server publishes to queues alone",
                Quoted(&self.written.task),
                Quoted(&exchange)
            ))),
            None => Ok(queue),
        }
    }

    fn headers(&self, from: &Task, args: &Json, kwargs: &Json) -> Fields {
        let optional = |text: Option<String>| text.map_or(Value::Null, Value::Text);
        let is_ignored = self.value("ignore_result").and_then(Json::as_bool).unwrap_or(false);
        let mut headers = fresh_headers(&self.written.task, &self.id, [args, kwargs]);
        let own = [
            ("eta", optional(self.start())),
            ("expires", optional(self.time("expires"))),
            ("group", optional(self.option("group_id"))),
            ("root_id", Value::Text(from.root.clone())),
            ("parent_id", Value::Text(from.id.clone())),
            ("ignore_result", Value::Bool(is_ignored)),
        ];
        headers.extend(own.map(|(name, value)| (name.to_owned(), value)));
        headers
    }

    /// The time before which the task does not run.
    fn start(&self) -> Option<String> {
        match self.value("countdown").and_then(Json::as_f64) {
            Some(seconds) => after(seconds),
            None => self.time("eta"),
        }
    }

    /// An option that is a time, or a number of seconds from now.
    fn time(&self, name: &str) -> Option<String> {
        let value = self.value(name)?;
        match value.as_f64() {
            Some(seconds) => after(seconds),
            None => value.as_str().filter(|text| millis(text).is_some()).map(str::to_owned),
        }
    }

    /// The signature as it stood.
    fn written(&self) -> Json {
        let written = &self.written;
        json!({
            "task": written.task, "args": written.args, "kwargs": written.kwargs, "options": written.options,
            "subtask_type": written.subtask_type, "immutable": written.immutable, "chord_size": null,
        })
    }
}

/// The headers of a new task, which belongs to nobody.
pub(in crate::transport::amqp::foreign) fn fresh_headers(task: &str, id: &str, shown: [&Json; 2]) -> Fields {
    let [args, kwargs] = shown.map(|value| Value::Text(clipped(value)));
    let headers = [
        ("lang", Value::from("py")),
        ("task", Value::from(task)),
        ("id", Value::from(id)),
        ("shadow", Value::Null),
        ("eta", Value::Null),
        ("expires", Value::Null),
        ("group", Value::Null),
        ("group_index", Value::Null),
        ("retries", Value::Int(0)),
        ("timelimit", Value::List(vec![Value::Null, Value::Null])),
        ("root_id", Value::from(id)),
        ("parent_id", Value::Null),
        ("argsrepr", args),
        ("kwargsrepr", kwargs),
        ("origin", Value::from("polywire")),
        ("ignore_result", Value::Bool(false)),
        ("replaced_task_nesting", Value::Int(0)),
        ("stamped_headers", Value::Null),
        ("stamps", Value::Table(Fields::new())),
    ];
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn after(seconds: f64) -> Option<String> {
    let wait = Duration::try_from_secs_f64(seconds.max(0.0)).ok()?;
    Some(iso(unix_millis().checked_add(u64::try_from(wait.as_millis()).ok()?)?))
}

fn clipped(value: &Json) -> String {
    let mut text = value.to_string();
    let end = (0..=text.len().min(LONGEST_SHOWN)).rev().find(|&at| text.is_char_boundary(at));
    text.truncate(end.unwrap_or(0));
    text
}
