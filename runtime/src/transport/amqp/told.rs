//! The server's side of messages of other frameworks: their method, their time, and the answers and messages that follow.

use super::broker::{Delivery, Publish};
use super::failed::Unrun;
use super::foreign::celery::{Route, Task};
use super::foreign::{Ended, Expected, Packet, is_named};
use super::ids::unix_millis;
use super::prepare::Unread;
use super::topology::service;
use super::work::{Origin, Settlement, Work};
use crate::call::input::{Codec, Input};
use crate::call::status::{Result, Status};
use crate::log::{Quoted, sparsely};
use polywire_codegen::transport::amqp::foreign::Framework;
use std::time::Duration;

impl Work {
    /// The head of a foreign message, before the message is read.
    pub(super) fn packet(&self, delivery: &Delivery) -> Option<Box<Packet>> {
        // A packet may have its head in the body.
        self.check_size(&delivery.body).ok()?;
        Some(Box::new(Packet::head(self.framework?, delivery, &self.shared.mounted.queues.replies)))
    }

    /// Finds the method by the name of the task, or by the pattern.
    pub(super) fn find_foreign(&self, framework: Framework, delivery: &Delivery) -> Result<usize> {
        self.check_size(&delivery.body)?;
        let name = Packet::name(framework, delivery)?;
        let is_named = |foreign| is_named(foreign, &name);
        self.position(|bound| bound.plan.foreign.as_ref().is_some_and(is_named)).ok_or_else(|| {
            let (queue, framework) = (&self.queue, framework.as_str());
            Status::unimplemented(format!(
                "no method for `{}` of {framework} on queue `{queue}`",
                Quoted(&name)
            ))
        })
    }

    pub(super) fn read_foreign(
        &self,
        expected: Expected<'_>,
        origin: &mut Origin,
    ) -> std::result::Result<Input, Unread> {
        let framework = expected.foreign.framework;
        let replies = &self.shared.mounted.queues.replies;
        let delivery = &origin.delivery;
        let packet =
            origin.packet.get_or_insert_with(|| Box::new(Packet::head(framework, delivery, replies)));
        let read = packet.read(expected, delivery).map_err(Unread::Failed)?;
        if let Packet::Celery(task) = &**packet {
            // A task that ran, and whose next one goes nowhere, would run again when its dead letter is replayed.
            task.check(self).map_err(Unread::Failed)?;
        }
        let now = unix_millis();
        if read.expires.is_some_and(|expires| expires <= now) {
            origin.unrun = Some(Unrun::Expired);
            return Err(Unread::Failed(Status::deadline_exceeded("its time was over before it was started")));
        }
        match read.not_before.and_then(|start| start.checked_sub(now)).filter(|left| *left > 0) {
            Some(left) => Err(Unread::Early(Duration::from_millis(left))),
            None => Ok(Input::Encoded(Codec::Json, read.request)),
        }
    }

    /// Publishes what follows a success, then the answer.
    pub(super) async fn answer_foreign(&self, result: &[u8], origin: &Origin) -> Settlement {
        let Some(packet) = &origin.packet else { return Settlement::Handled };
        let answers =
            self.plan(origin).and_then(|plan| plan.foreign.as_ref()).is_some_and(|told| told.answers);
        let result = if answers { String::from_utf8_lossy(result) } else { "null".into() };
        let next = match &**packet {
            Packet::Celery(task) => task.after_success(&result, self),
            Packet::Nest(_) => Ok(Vec::new()),
        };
        let published = match next {
            Ok(next) => self.publish_all(next).await,
            Err(status) => Err(status),
        };
        match published {
            Ok(Settlement::Handled) => {}
            Ok(other) => return other,
            Err(status) => return self.give_up(&status, origin).await,
        }
        if let Some(answer) = packet.success(&result) {
            self.shared.replier.reply(answer).await;
        }
        Settlement::Handled
    }

    /// Publishes what follows a failure for good, then the answers.
    pub(super) async fn tell_failure(&self, status: &Status, origin: &Origin) -> Settlement {
        let Some(packet) = &origin.packet else { return Settlement::Handled };
        if let Packet::Celery(task) = &**packet {
            self.run_errbacks(task).await;
        }
        let ended = if origin.unrun == Some(Unrun::Expired) { Ended::Expired } else { Ended::Failed };
        for answer in packet.failure(status, ended) {
            self.shared.replier.reply(answer).await;
        }
        Settlement::Handled
    }

    /// Publishes the errbacks. Their task is a dead letter already, so one that cannot be published is told in the log.
    async fn run_errbacks(&self, task: &Task) {
        let published = match task.after_failure(self) {
            Ok(next) => self.publish_all(next).await,
            Err(status) => Err(status),
        };
        if let Err(status) = published {
            sparsely!(warn, queue = %self.queue, status = %Quoted(status), "the errbacks of a task were not published");
        }
    }

    /// Publishes messages with confirms, one after the other.
    async fn publish_all(&self, messages: Vec<Publish>) -> Result<Settlement> {
        for message in messages {
            let queue = message.routing_key.clone();
            match self.publish_copy(|| message.clone()).await {
                Ok(Settlement::Handled) => {}
                Ok(other) => return Ok(other),
                Err(why) => {
                    let text = format!("the next task, to queue `{}`: {why}", Quoted(&queue));
                    return Err(Status::failed_precondition(text));
                }
            }
        }
        Ok(Settlement::Handled)
    }
}

impl Route for Work {
    fn queue(&self, task: &str, asked: Option<&str>) -> Result<String> {
        let mounted = &self.shared.mounted;
        let own = mounted.routes.iter().find_map(|route| {
            let plan = route.method.plans.amqp.as_ref()?;
            let foreign = plan.foreign.as_ref()?;
            let is_task = foreign.framework == Framework::Celery && foreign.name == task;
            is_task.then(|| plan.queue(service(route.method), route.method.name())).flatten()
        });
        let own = own.unwrap_or_else(|| (*self.queue).into());
        let is_told = |queue: &str| super::replies::is_told(queue, &mounted.queues.replies);
        match asked.filter(|asked| **asked != *own) {
            None => Ok(own.into_owned()),
            Some(asked) if *asked == *self.queue || is_told(asked) => Ok(asked.to_owned()),
            Some(asked) => Err(Status::failed_precondition(format!(
                "the next task `{}` goes to queue `{}`, to which this server publishes nothing; name it with \
                 `Server::reply_queues`",
                Quoted(task),
                Quoted(asked)
            ))),
        }
    }
}
