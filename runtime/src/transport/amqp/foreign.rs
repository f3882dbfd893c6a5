//! Messages of other frameworks, in place of ours: `celery = "…"` and `nestjs = "…"`.
//!
//! A server reads such a message as the request of a method, and answers as the framework expects ([`Packet`]). A client
//! writes one, and reads the answer (`client`). The bodies are JSON, so no type of the method is needed here.

mod arguments;
pub(crate) mod celery;
pub(crate) mod client;
mod nest;

use super::broker::{Delivery, Publish};
use super::envelope::Known;
use super::properties::Properties;
use super::replies::{is_uuid, may_answer};
use super::wire;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use polywire_codegen::model::{JsonCase, JsonInt64, JsonStyle};
use polywire_codegen::transport::amqp::foreign::{Foreign, Framework};

/// The style of JSON that other languages read: numbers are numbers, and names are as their own.
pub(crate) const fn style(framework: Framework) -> JsonStyle {
    let case = match framework {
        Framework::Celery => JsonCase::Snake,
        Framework::Nest => JsonCase::Camel,
    };
    JsonStyle { int64: JsonInt64::Number, case }
}

/// The part of a method that its messages depend on.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) foreign: &'a Foreign,
    /// The fields of the request. `None` if its message has none, or a JSON form of its own.
    pub(crate) known: Option<&'a Known>,
}

/// A foreign message: what is kept of it until it is answered.
pub(crate) enum Packet {
    Celery(celery::Task),
    Nest(nest::Request),
}

/// The part of a message that its handler needs.
#[derive(Debug)]
pub(crate) struct Read {
    /// The request, in JSON.
    pub(crate) request: Bytes,
    /// The time before which the message does not run, in milliseconds since the epoch.
    pub(crate) not_before: Option<u64>,
    /// The time after which it does not start.
    pub(crate) expires: Option<u64>,
}

/// The end of a task that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Failed,
    /// The time was over before the task started.
    Expired,
}

impl Packet {
    /// The head of a message: where its answer goes. A message that cannot be read has one too.
    pub(crate) fn head(framework: Framework, delivery: &Delivery, told: &[String]) -> Self {
        let reply_to = delivery.properties.reply_to().filter(|address| !address.is_empty());
        match framework {
            Framework::Celery => {
                let reply_to = reply_to.filter(|address| is_uuid(address) || may_answer(address, told));
                Self::Celery(celery::Task::head(delivery, reply_to))
            }
            Framework::Nest => {
                let reply_to = reply_to.filter(|address| may_answer(address, told));
                Self::Nest(nest::Request::head(delivery, reply_to))
            }
        }
    }

    /// The name of the task, or the pattern.
    ///
    /// # Errors
    /// `invalid_argument` for a message that the framework does not write.
    pub(crate) fn name(framework: Framework, delivery: &Delivery) -> Result<String> {
        match framework {
            Framework::Celery => celery::name(&delivery.properties),
            Framework::Nest => nest::pattern(&delivery.body),
        }
    }

    /// Reads the message.
    ///
    /// # Errors
    /// `invalid_argument` or `unimplemented`, with the part that cannot be read.
    pub(crate) fn read(&mut self, expected: Expected<'_>, delivery: &Delivery) -> Result<Read> {
        wire::check_encoding(&delivery.properties)?;
        match self {
            Self::Celery(task) => task.read(expected, delivery),
            Self::Nest(_) => nest::read(expected, &delivery.body),
        }
    }

    /// Whether the sender waits for the answer of this attempt, so that a failure is told at once.
    pub(crate) fn is_call(&self) -> bool {
        match self {
            Self::Celery(_) => false,
            Self::Nest(request) => request.is_call(),
        }
    }

    /// The answer after success. `result` is the value in JSON.
    pub(crate) fn success(&self, result: &str) -> Option<Publish> {
        match self {
            Self::Celery(task) => task.success(result),
            Self::Nest(request) => request.success(result),
        }
    }

    /// The answers after a failure: of the message, and of those that were to follow it.
    pub(crate) fn failure(&self, status: &Status, ended: Ended) -> Vec<Publish> {
        match self {
            Self::Celery(task) => task.failure(status, ended),
            Self::Nest(request) => request.failure(status).into_iter().collect(),
        }
    }
}

/// Whether a message names this method. A pattern of NestJS may be an object, with its members in any order.
pub(crate) fn is_named(foreign: &Foreign, name: &str) -> bool {
    foreign.name == name || (foreign.framework == Framework::Nest && nest::same(&foreign.name, name))
}

/// A message in JSON to a queue, as other frameworks publish it.
fn to_queue(queue: String, properties: Properties, body: String) -> Publish {
    let properties = Properties {
        content_type: Some(wire::JSON.into()),
        content_encoding: Some("utf-8".to_owned()),
        ..properties
    };
    Publish {
        exchange: "".into(),
        routing_key: queue.into(),
        mandatory: false,
        properties: Box::new(properties),
        body: body.into(),
    }
}

fn unreadable(foreign: &Foreign, why: &str) -> Status {
    let (framework, name) = (foreign.framework.as_str(), &foreign.name);
    Status::invalid_argument(format!("the message of {framework} for `{name}` cannot be read: {why}"))
}
