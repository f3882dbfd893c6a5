//! Celery, message protocol 2 (docs.celeryq.dev, "Message Protocol"): a task is read, and its result goes to `reply_to` as
//! the `rpc://` backend expects it.
//!
//! What a producer's message asks of a worker is here. A worker's own affairs are not: revocation by broadcast, rate
//! limits, events, and result stores other than the reply queue.

mod sequel;
pub(super) mod status;

use sequel::Sequel;
pub(super) use sequel::fresh_headers;

use super::arguments::{self, Named, parse};
use super::{Ended, Expected, Read, to_queue, unreadable};
use crate::call::status::{Result, Status};
use crate::log::Quoted;
use crate::transport::amqp::broker::{Delivery, Publish};
use crate::transport::amqp::ids::unix_millis;
use crate::transport::amqp::properties::{Properties, Received, ValueRef};
use crate::transport::amqp::wire;
use polywire_codegen::civil;
use polywire_codegen::transport::amqp::foreign::Foreign;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

/// The header that names the task.
const TASK: &str = "task";
const ID: &str = "id";
/// The levels of lists and objects in a body.
const DEEPEST: usize = 64;

/// A task: what is kept of it until its result is told.
#[derive(Debug, Default)]
pub(crate) struct Task {
    id: String,
    root: String,
    parent: Option<String>,
    group: Option<String>,
    /// The address of the result, if somebody wants it.
    reply_to: Option<String>,
    /// The address for the tasks that follow.
    heir: Option<String>,
    correlation_id: Option<String>,
    /// The tasks that follow.
    sequel: Sequel,
}

/// The queues of tasks that follow.
pub(crate) trait Route {
    /// The queue of a task: its own here, or the one that its message asks for.
    ///
    /// # Errors
    /// `failed_precondition` for a queue that this server does not publish to.
    fn queue(&self, task: &str, asked: Option<&str>) -> Result<String>;
}

/// The name of the task that a message is for.
pub(super) fn name(properties: &Received) -> Result<String> {
    header(properties, TASK).map(str::to_owned).ok_or_else(|| {
        Status::invalid_argument(
            "the header `task` is missing: it is no message of Celery, or one of its protocol 1, which is not read. Set \
             `task_protocol = 2`",
        )
    })
}

/// The id of a task, for a message that is one.
pub(crate) fn id(properties: &Received) -> Option<&str> {
    header(properties, TASK)?;
    header(properties, ID).filter(|id| !id.is_empty())
}

fn header<'a>(properties: &'a Received, name: &str) -> Option<&'a str> {
    properties.header(name).and_then(ValueRef::text)
}

impl Task {
    pub(super) fn head(delivery: &Delivery, reply_to: Option<&str>) -> Self {
        let properties = &delivery.properties;
        let text = |name| header(properties, name).map(str::to_owned);
        let correlation_id = properties.correlation_id().map(str::to_owned);
        let id = text(ID).or_else(|| correlation_id.clone()).unwrap_or_default();
        let is_ignored = properties.header("ignore_result") == Some(ValueRef::Bool(true));
        Self {
            root: text("root_id").unwrap_or_else(|| id.clone()),
            parent: text("parent_id"),
            group: text("group"),
            reply_to: reply_to.filter(|_| !is_ignored).map(str::to_owned),
            heir: reply_to.map(str::to_owned),
            correlation_id,
            id,
            sequel: Sequel::default(),
        }
    }

    pub(super) fn read(&mut self, expected: Expected<'_>, delivery: &Delivery) -> Result<Read> {
        let properties = &delivery.properties;
        check_format(expected.foreign, properties)?;
        check_depth(expected.foreign, &delivery.body)?;
        if self.id.is_empty() {
            return Err(unreadable(expected.foreign, "the header `id` is missing"));
        }
        let no_body = || unreadable(expected.foreign, "the body is no list of `args`, `kwargs` and options");
        let body: Vec<&RawValue> = serde_json::from_slice(&delivery.body).map_err(|_| no_body())?;
        let [args, kwargs, options] = body[..] else { return Err(no_body()) };
        self.sequel = Sequel::read(expected, options, &self.id)?;
        let args: Vec<&RawValue> = parse(expected, args, "`args` is no list")?;
        let kwargs: Named<'_> = parse(expected, kwargs, "`kwargs` is no object")?;
        Ok(Read {
            request: arguments::request(expected, &args, &kwargs)?,
            not_before: time(expected.foreign, properties, "eta")?,
            expires: time(expected.foreign, properties, "expires")?,
        })
    }

    pub(super) fn success(&self, result: &str) -> Option<Publish> {
        let result = RawValue::from_string(result.to_owned()).ok()?;
        Some(self.told(self.reply_to.as_deref()?, "SUCCESS", &json!(result)))
    }

    /// A failure is told for the rest of the chain too, because a producer waits for its last task.
    pub(super) fn failure(&self, status: &Status, ended: Ended) -> Vec<Publish> {
        let (state, result) = match ended {
            Ended::Failed => ("FAILURE", status::exception(status)),
            Ended::Expired => ("REVOKED", status::expired()),
        };
        let own = self.reply_to.as_deref().map(|address| self.told(address, state, &result));
        let later = self.heir.as_deref().into_iter().flat_map(|address| {
            self.sequel.chain_ids().map(|id| {
                let task = Self { id: id.to_owned(), ..Self::default() };
                task.told(address, state, &result)
            })
        });
        own.into_iter().chain(later).collect()
    }

    /// The result as `rpc://` reads it.
    fn told(&self, address: &str, state: &str, result: &Json) -> Publish {
        let body = json!({
            "status": state, "result": result, "traceback": null, "children": [], "date_done": iso(unix_millis()),
            "task_id": self.id, "group_id": self.group, "parent_id": self.parent,
        });
        let correlation_id = self.correlation_id.clone().or_else(|| Some(self.id.clone()));
        let properties = Properties { correlation_id, ..Properties::default() };
        to_queue(address.to_owned(), properties, body.to_string())
    }

    /// Checks that the next tasks can be published.
    ///
    /// # Errors
    /// `failed_precondition` when one of them goes to a queue that this server does not publish to.
    pub(crate) fn check(&self, route: &dyn Route) -> Result<()> {
        self.sequel.check(route)
    }

    /// The next tasks after success, with the result as their first argument.
    ///
    /// # Errors
    /// `failed_precondition` when one of them goes to a queue that this server does not publish to.
    pub(crate) fn after_success(&self, result: &str, route: &dyn Route) -> Result<Vec<Publish>> {
        self.sequel.after_success(self, result, route)
    }

    /// The tasks after a failure, with the id of this one as their first argument.
    ///
    /// # Errors
    /// As [`Self::after_success`].
    pub(crate) fn after_failure(&self, route: &dyn Route) -> Result<Vec<Publish>> {
        self.sequel.after_failure(self, route)
    }
}

/// Checks that the body is JSON as it stands.
fn check_format(foreign: &Foreign, properties: &Received) -> Result<()> {
    let content_type = properties.content_type().map(wire::essence);
    if let Some(other) = content_type.filter(|essence| essence != wire::JSON) {
        let why = format!("its content is `{}`: set `task_serializer = \"json\"`", Quoted(&other));
        return Err(unreadable(foreign, &why));
    }
    if let Some(compression) = header(properties, "compression") {
        let why = format!("it is compressed by `{}`: unset `task_compression`", Quoted(compression));
        return Err(unreadable(foreign, &why));
    }
    Ok(())
}

/// Checks that lists and objects do not nest too deep. Callbacks of callbacks are passed on as they are, so nothing else
/// bounds them.
fn check_depth(foreign: &Foreign, body: &[u8]) -> Result<()> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(unreadable(foreign, &format!("it nests deeper than {DEEPEST} levels")));
        }
    }
    Ok(())
}

/// A time in a header, in milliseconds since the epoch.
fn time(foreign: &Foreign, properties: &Received, name: &str) -> Result<Option<u64>> {
    let time = match properties.header(name) {
        None | Some(ValueRef::Other) => return Ok(None),
        Some(ValueRef::Text(text)) => millis(text),
        Some(_) => None,
    };
    time.map(Some).ok_or_else(|| unreadable(foreign, &format!("`{name}` is no time in ISO 8601")))
}

/// A time in ISO 8601, in milliseconds since the epoch. A time without a zone is UTC, as Celery has it.
fn millis(text: &str) -> Option<u64> {
    let (seconds, nanos) = civil::parse(text).or_else(|| civil::parse(&format!("{text}Z")))?;
    let millis = seconds.checked_mul(1_000)?.checked_add(i64::from(nanos) / 1_000_000)?;
    Some(u64::try_from(millis).unwrap_or(0))
}

pub(super) fn iso(millis: u64) -> String {
    let nanos = i32::try_from(millis % 1_000 * 1_000_000).unwrap_or(0);
    civil::format(i64::try_from(millis / 1_000).unwrap_or(i64::MAX), nanos)
}
