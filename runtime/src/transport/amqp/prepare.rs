//! The steps before the call of a delivery: the choice of the method, the checks, and the context of the call.

use super::admission::Room;
use super::bound::Bound;
use super::broker::Delivery;
use super::envelope::{self, Absent, Opened};
use super::failed::Unrun;
use super::parcel::Parcel;
use super::topology::{DELIVERY_LIMIT, Sequence, service};
use super::work::{Origin, Work};
use super::{topic, wire};
use crate::call::budget::Reservation;
use crate::call::context::{Context, Inner};
use crate::call::delivered::Delivered;
use crate::call::input::{Codec, Input};
use crate::call::policy::{Place, Ruled};
use crate::call::status::{Result, Status};
use crate::log::sparsely;
use crate::message::codec::extent::Unknown;
use bytes::Bytes;
use polywire_codegen::model::Shape;
use polywire_codegen::transport::amqp::Kind;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// A message that can be run.
pub(super) struct Prepared {
    /// Index of the method.
    pub(super) at: usize,
    pub(super) cx: Context,
    pub(super) input: Input,
    pub(super) origin: Origin,
}

/// A message that cannot be run.
pub(super) enum Unstarted {
    /// A request without anybody who waits for its answer.
    Dropped,
    Failed(Status, Origin),
    /// A message that must wait for so long.
    Early(Duration, Origin),
}

/// A message whose request is not run.
pub(super) enum Unread {
    Failed(Status),
    /// A message that must wait for so long.
    Early(Duration),
}

impl Work {
    /// Finds the method of a message and checks everything before the call. The interceptors hear of a message that
    /// is not run.
    ///
    /// # Errors
    /// What is left of a message that cannot be run.
    pub(super) fn prepare(
        &self,
        delivery: Arc<Parcel>,
        attempt: u32,
        room: Option<Room>,
    ) -> std::result::Result<Prepared, Box<Unstarted>> {
        self.prepared(delivery, attempt, room).inspect_err(|unstarted| match &**unstarted {
            Unstarted::Failed(status, origin) => self.tell_refused(status, origin),
            Unstarted::Dropped | Unstarted::Early(..) => {}
        })
    }

    pub(super) fn tell_refused(&self, status: &Status, origin: &Origin) {
        let method = origin.method.map(|at| self.methods[at].route.method);
        let (policy, from) = (&self.shared.mounted.policy, (self.shared.transport, None));
        policy.refused(from, || self.queue.to_string(), method, status);
    }

    fn prepared(
        &self,
        delivery: Arc<Parcel>,
        attempt: u32,
        room: Option<Room>,
    ) -> std::result::Result<Prepared, Box<Unstarted>> {
        let deadline = self.deadline(&delivery);
        let unrun = self.unrun(&delivery, deadline);
        let method = self.find(&delivery);
        let (place, memory) = room.map_or((None, None), |room| (room.place, Some(room.memory)));
        let bound = method.as_ref().ok().map(|at| &self.methods[*at]);
        let cx = self.context((bound, attempt), &delivery, deadline, place);
        let mut origin = Origin {
            reply_to: self.reply_to(&delivery),
            delivery: Arc::clone(&delivery),
            codec: Codec::Json,
            cx: Context::new(),
            method: None,
            attempt,
            since: Instant::now(),
            deadline,
            unrun: unrun.as_ref().map(|(unrun, _)| *unrun),
            memory: memory.unwrap_or_else(|| self.reservation()),
            packet: None,
        };
        origin.packet = self.packet(&origin.delivery);
        if let Some((unrun, status)) = unrun {
            return Err(Box::new(match self.kind {
                Kind::Task | Kind::Event => Unstarted::Failed(status, origin),
                Kind::Rpc => self.drop_request(unrun),
            }));
        }
        if let (Some(wait), true) = (wire::wait(&delivery), self.may_wait()) {
            return Err(Box::new(Unstarted::Early(wait, origin)));
        }
        let checked = method.and_then(|at| Ok((at, cx?, self.check_size(&delivery.body)?)));
        let (at, cx) = match checked {
            Ok((at, cx, ())) => (at, cx),
            Err(status) => return Err(Box::new(Unstarted::Failed(status, origin))),
        };
        origin.cx = cx.clone();
        // A message that cannot be read now cannot be read later, so its origin names no method.
        let input = match self.read(&self.methods[at], &mut origin) {
            Ok(input) => input,
            Err(Unread::Failed(status)) => return Err(Box::new(Unstarted::Failed(status, origin))),
            Err(Unread::Early(level)) => return Err(Box::new(Unstarted::Early(level, origin))),
        };
        origin.method = Some(at);
        if let Err(status) = origin.memory.hold(delivery.body.len()) {
            return Err(Box::new(Unstarted::Failed(status, origin)));
        }
        Ok(Prepared { at, cx, input, origin })
    }

    /// Whether messages may have a time of their own. The caller of a request waits, and on an ordered queue all others
    /// would wait too.
    fn may_wait(&self) -> bool {
        match (self.kind, self.sequence) {
            (Kind::Task | Kind::Event, Sequence::Any) => true,
            (Kind::Rpc, _) | (Kind::Task | Kind::Event, Sequence::Kept) => false,
        }
    }

    /// The request of a message.
    fn read(&self, bound: &Bound, origin: &mut Origin) -> std::result::Result<Input, Unread> {
        if let Some(expected) = bound.expected() {
            return self.read_foreign(expected, origin);
        }
        let opened = origin.delivery.opened().map_err(Unread::Failed)?;
        origin.codec = opened.codec;
        self.check_envelope(bound, opened, &origin.delivery).map_err(Unread::Failed)?;
        Ok(Input::Encoded(opened.codec, opened.codec.shared_message_of(opened.body.clone())))
    }

    /// Room for the memory of a message, still empty.
    pub(super) fn reservation(&self) -> Reservation {
        Reservation::of(&self.shared.mounted.policy)
    }

    /// The reason why a message must not be run, with the status that tells of it.
    fn unrun(&self, delivery: &Delivery, deadline: Option<Instant>) -> Option<(Unrun, Status)> {
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            let text = "its time was over before it was started";
            return Some((Unrun::Expired, Status::deadline_exceeded(text)));
        }
        if wire::is_reply(&delivery.properties) {
            let text = "it has a grpc-status, so it is a reply, and no reply is ever run";
            return Some((Unrun::Reply, Status::invalid_argument(text)));
        }
        let losses = wire::losses(&delivery.properties).filter(|_| delivery.redelivered)?;
        if losses < i64::from(DELIVERY_LIMIT) || self.kind == Kind::Rpc {
            return None;
        }
        let text = format!(
            "it came back {losses} times without a verdict: it was lost with its consumer, or handed back"
        );
        Some((Unrun::Lost, Status::aborted(text)))
    }

    /// Drops a request that nobody waits for.
    fn drop_request(&self, unrun: Unrun) -> Unstarted {
        sparsely!(info, queue = %self.queue, why = unrun.word(), "a request was dropped before it was started");
        Unstarted::Dropped
    }

    fn deadline(&self, delivery: &Delivery) -> Option<Instant> {
        let deadline = wire::deadline(&delivery.properties);
        // A caller without polywire gives its patience as the request's time to live.
        let ttl = || match self.kind {
            Kind::Rpc => delivery.properties.expiration()?.parse().ok().map(Duration::from_millis),
            Kind::Task | Kind::Event => None,
        };
        deadline.or_else(|| Instant::now().checked_add(ttl()?))
    }

    /// The rule for values that their types do not know. The publisher of an event does not know its readers, and may use
    /// a newer contract.
    pub(super) fn unknown(&self) -> Unknown {
        match self.kind {
            Kind::Event => Unknown::LeftOut,
            Kind::Rpc | Kind::Task => Unknown::Refused,
        }
    }

    fn context(
        &self,
        (bound, attempt): (Option<&Bound>, u32),
        delivery: &Arc<Parcel>,
        deadline: Option<Instant>,
        place: Option<Place>,
    ) -> Result<Context> {
        let limit = usize::try_from(self.shared.mounted.policy.limits.header_size).unwrap_or(usize::MAX);
        let message: Arc<Parcel> = Arc::clone(delivery);
        let message = Some(Delivered::new(message));
        let metadata = wire::metadata(&delivery.properties, limit)?;
        let unknown = self.unknown();
        let transport = self.shared.transport;
        let place = Mutex::new(place);
        let inner =
            Inner { metadata, deadline, attempt, message, unknown, transport, place, ..Inner::default() };
        let (mounted, now) = (&self.shared.mounted, Instant::now());
        let unknown_method = Ruled { shape: Shape::Unary, timeout: None };
        let ruled = bound.map_or(unknown_method, |bound| bound.route.ruled());
        let timeout = bound.map_or(Duration::ZERO, |bound| bound.timeout);
        Ok(match self.kind {
            Kind::Rpc => mounted.policy.context(ruled, now, inner),
            Kind::Task | Kind::Event => mounted.policy.context_of_task(timeout, now, inner),
        })
    }

    /// Checks that the message is a request of the method. A caller that waits for the answer may leave all fields out.
    fn check_envelope(&self, bound: &Bound, opened: &Opened, delivery: &Delivery) -> Result<()> {
        let absent = match self.kind {
            Kind::Rpc => Absent::Allowed,
            Kind::Task | Kind::Event => {
                envelope::check_body(opened)?;
                Absent::Refused
            }
        };
        if delivery.properties.kind().is_some_and(|kind| self.is_ours(kind)) {
            return Ok(());
        }
        envelope::check(opened)?;
        match &bound.known {
            Some(known) if opened.codec == Codec::Json => known.check(&opened.body, absent),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn check_size(&self, body: &Bytes) -> Result<()> {
        let limits = &self.shared.mounted.policy.limits;
        let limit = limits.amqp_message_size.min(limits.decode_budget);
        if body.len() <= limit {
            return Ok(());
        }
        let text = format!("a message of {} bytes: the limit is {limit}", body.len());
        Err(Status::resource_exhausted(text))
    }

    /// Finds the method by the message's type, then by the key it was sent under. A queue with one method
    /// takes the rest. A type that names another method of this server is never run as this one, except by a method that
    /// consumes by a pattern.
    fn find(&self, delivery: &Delivery) -> Result<usize> {
        if let Some(framework) = self.framework {
            return self.find_foreign(framework, delivery);
        }
        let kind = delivery.properties.kind();
        if let Some(at) = kind.and_then(|kind| self.position(|bound| wire::names(kind, bound.route.method))) {
            return Ok(at);
        }
        let unknown =
            |name: &str| Status::unimplemented(format!("no method `{name}` on queue `{}`", self.queue));
        let (_, key) = wire::address(delivery);
        // A pattern is there to take what others publish, another method of this server too.
        let by_pattern =
            |bound: &Bound| bound.plan.pattern().is_some_and(|pattern| topic::takes(pattern, key));
        if let Some(at) = self.position(by_pattern) {
            return Ok(at);
        }
        if let Some(kind) = kind.filter(|kind| self.is_ours(kind)) {
            return Err(unknown(kind));
        }
        match (self.position(|bound| bound.address.key == key), &self.methods[..]) {
            (Some(at), _) => Ok(at),
            (None, [_]) => Ok(0),
            (None, _) => Err(unknown(key)),
        }
    }

    pub(super) fn position(&self, is: impl Fn(&Bound) -> bool) -> Option<usize> {
        self.methods.iter().position(is)
    }

    /// Whether a type names a method of a service of this server. Other publishers may use the property for names
    /// of their own.
    fn is_ours(&self, kind: &str) -> bool {
        let kind = kind.strip_prefix('/').unwrap_or(kind);
        self.shared.mounted.routes.iter().any(|route| {
            kind.strip_prefix(service(route.method)).is_some_and(|rest| rest.starts_with(['/', '.']))
        })
    }
}
