//! The promises of a server and a client over a broker, checked on both brokers: the table of outcomes,
//! retries, dead letters, calls, streams, drain and lost connections. The handlers are written by hand,
//! because types belong to another layer.

#![allow(clippy::unwrap_used, reason = "tests")]

mod batches;
mod calls;
#[cfg(feature = "amqp")]
mod cuts;
mod events;
#[cfg(feature = "memory")]
mod faults;
mod foreign;
mod handler;
mod letters;
mod load;
mod methods;
mod ordered;
mod overload;
mod patterns;
mod publishing;
#[cfg(feature = "schedule")]
mod schedules;
mod stats;
mod stopping;
mod streams;
mod tasks;
mod times;

use super::broker::{Broker, Publish, Role, Subscribe, Subscription, Verdict};
use super::properties::{Properties, Value, ValueRef};
use super::wire;
use crate::call::context::{Context, Transport};
use crate::call::delivered::Delivered;
use crate::call::input::{Arrival, Codec, Input};
use crate::call::interceptor::Interceptors;
use crate::call::limits::Limits;
use crate::call::metadata::Metadata;
use crate::call::policy::Policy;
use crate::call::spec::{Method, ServiceSpec};
use crate::call::status::{Code, Detail, Result, Status};
use crate::channel::{Channel, Endpoint, Messages, Payload};
use crate::log::tests::Kept;
use crate::waist::handler::{BoxOutgoing, Call, Route};
use crate::waist::mounted::{Mounted, Queues, Services, Settings};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use handler::Handler;
use methods::plan;
pub(super) use methods::{Row, spec};
use polywire_codegen::model::{self, Idempotency, JsonStyle, Shape, TypeName};
use polywire_codegen::transport::Plans;
use polywire_codegen::transport::amqp::{Kind, Plan, Retry};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tracing::Level;

/// The time limit of a wait, long enough for a broker under load. Only a failing test waits this long.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The parameters of a handler's call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    method: &'static str,
    body: String,
    codec: Codec,
    attempt: u32,
    transport: Transport,
}

/// A separate world for a test: a broker, a service with a unique name, and a record of its handlers' calls.
pub(super) struct World {
    pub(super) endpoint: Endpoint,
    pub(super) service: String,
    methods: HashMap<&'static str, &'static Method>,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// The message of each handler's call, in the same order.
    messages: Arc<Mutex<Vec<Delivered>>>,
    news: Arc<Notify>,
    /// Handlers that were dropped before they ended.
    dropped: Arc<AtomicUsize>,
    /// Handlers that run, and the most that ran at once.
    running: Arc<(AtomicUsize, AtomicUsize)>,
    gate: Arc<Notify>,
    /// The time to wait for something that must come.
    patience: Duration,
}

/// A message of a broker is whole.
fn here(request: Arrival) -> Input {
    match request {
        Arrival::Here(input) => input,
        Arrival::Coming(_) => panic!("not from a broker"),
    }
}

impl World {
    fn new(endpoint: impl Into<Endpoint>) -> Self {
        let service = format!("test.S{}", uuid::Uuid::now_v7().simple());
        let methods = [
            ("Ask", Shape::Unary, plan(Kind::Rpc), Idempotency::Unknown),
            ("Read", Shape::Unary, plan(Kind::Rpc), Idempotency::NoSideEffects),
            ("Count", Shape::ServerStream, plan(Kind::Rpc), Idempotency::Unknown),
            ("Work", Shape::Unary, plan(Kind::Task), Idempotency::Unknown),
            (
                "Brief",
                Shape::Unary,
                Plan { retry: Retry { limit: 1, jitter: false, ..Retry::DEFAULT }, ..plan(Kind::Task) },
                Idempotency::Unknown,
            ),
            ("Told", Shape::Unary, plan(Kind::Event), Idempotency::Unknown),
            ("Heard", Shape::Unary, Plan { required: true, ..plan(Kind::Event) }, Idempotency::Unknown),
        ];
        let methods = spec(&service, &methods);
        Self {
            endpoint: endpoint.into(),
            service,
            methods,
            seen: Arc::default(),
            messages: Arc::default(),
            news: Arc::default(),
            dropped: Arc::default(),
            running: Arc::default(),
            gate: Arc::default(),
            patience: PATIENCE,
        }
    }

    /// Serves these methods too.
    fn with_methods(mut self, rows: &[Row]) -> Self {
        self.methods.extend(spec(&self.service, rows));
        self
    }

    fn memory() -> Self {
        Self::new(format!("memory:behaviour-{}", uuid::Uuid::now_v7()))
    }

    #[cfg(feature = "amqp")]
    pub(super) fn rabbit() -> Self {
        Self::new(std::env::var("AMQP_URL").expect(
            "AMQP_URL is not set; run `scripts/test`, or `scripts/rabbitmq start` and export what it prints",
        ))
    }

    /// A world over TLS, where our certificate names the user.
    #[cfg(all(feature = "amqp", feature = "tls"))]
    fn secure() -> Self {
        Self::new(super::secure::external())
    }

    pub(super) fn queue(&self, name: &str) -> String {
        format!("{}.{name}", self.service)
    }

    pub(super) async fn serve(&self) -> Served {
        self.serve_with("group", Limits::default()).await
    }

    async fn serve_with(&self, group: &str, limits: Limits) -> Served {
        let served = self.start(group, limits);
        timeout(PATIENCE, async {
            while served.mounted.health.degraded().is_some() {
                sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .expect("the server consumes");
        served
    }

    pub(super) fn start(&self, group: &str, limits: Limits) -> Served {
        let mounted = self.mounted(group, limits);
        super::serve(&self.endpoint, &mounted).unwrap();
        Served { mounted }
    }

    fn mounted(&self, group: &str, limits: Limits) -> Arc<Mounted> {
        let policy = Policy::new(limits, Interceptors::default());
        let queues = Queues { group: Some(group.to_owned()), ..Queues::default() };
        let settings = Settings { policy, queues, ..Settings::default() };
        let routes = self.methods.values().map(|method| Arc::new(self.route(method))).collect();
        let services = Services { routes, ..Services::default() };
        Arc::new(Mounted::new(settings, services, Services::default()))
    }

    fn route(&self, method: &'static Method) -> Route {
        let handler = Handler {
            name: method.name(),
            seen: Arc::clone(&self.seen),
            messages: Arc::clone(&self.messages),
            news: Arc::clone(&self.news),
            dropped: Arc::clone(&self.dropped),
            running: Arc::clone(&self.running),
            gate: Arc::clone(&self.gate),
        };
        let call = match method.shape() {
            Shape::ServerStream => Call::ServerStream(Arc::new(move |cx, input, _| {
                let handler = handler.clone();
                Box::pin(async move { handler.count(&cx, &here(input)) })
            })),
            _ => Call::Unary(Arc::new(move |cx, input, _| {
                let handler = handler.clone();
                Box::pin(async move { handler.run(cx, here(input)).await })
            })),
        };
        let join = method.plans.amqp.as_ref().is_some_and(|plan| plan.batch.is_some());
        let join = join.then_some(batches::part as crate::waist::handler::JoinFn);
        Route { method, terms: crate::call::policy::Terms::default(), call, join, around: Default::default() }
    }

    pub(super) async fn client(&self) -> Client {
        self.client_with(Codec::Json).await
    }

    async fn client_with(&self, codec: Codec) -> Client {
        let endpoint = self.endpoint.clone().codec(codec);
        Client { channel: super::channel::connect(endpoint).await.unwrap(), methods: self.methods.clone() }
    }

    fn broker(&self) -> Arc<dyn Broker> {
        super::brokers::open(&self.endpoint).unwrap().0
    }

    /// Publishes like a program that knows nothing of polywire.
    async fn stranger(&self, queue: &str, properties: Properties, body: &str) {
        self.publish("", queue, properties, body).await;
    }

    async fn publish(&self, exchange: &str, key: &str, properties: Properties, body: &str) {
        let publisher = super::publisher::Publisher::start(self.broker(), Vec::new());
        let body = Bytes::copy_from_slice(body.as_bytes());
        let message = Publish {
            exchange: exchange.to_owned().into(),
            routing_key: key.to_owned().into(),
            mandatory: true,
            properties: Box::new(properties),
            body,
        };
        publisher.publish(message).await.unwrap();
    }

    /// Waits until handlers were called this many times.
    pub(super) async fn saw(&self, count: usize) -> Vec<Seen> {
        let waited = timeout(self.patience, async {
            loop {
                let news = self.news.notified();
                let seen = self.seen.lock().unwrap().clone();
                if seen.len() >= count {
                    return seen;
                }
                news.await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("only {:?}", self.seen.lock().unwrap()))
    }

    /// Takes the next message out of a queue.
    pub(super) async fn take(&self, queue: &str) -> (Properties, Bytes) {
        let link = self.broker().open(Role::Consume).await.unwrap();
        let what = Subscribe { queue: queue.to_owned().into(), tag: "test".into(), prefetch: 1 };
        let Subscription { mut deliveries, control } = link.consume(&what).await.unwrap();
        let next = timeout(self.patience, deliveries.next()).await;
        let delivery = next.unwrap_or_else(|_| panic!("nothing in {queue}")).unwrap().unwrap();
        control.settle(Verdict::Ack { tag: delivery.tag });
        control.close().await;
        link.close().await;
        (delivery.properties.to_properties(), delivery.body)
    }

    /// Takes `count` messages and loses the connection with all of them, as a program does that is aborted.
    async fn lose(&self, queue: &str, count: usize) {
        let link = self.broker().open(Role::Consume).await.unwrap();
        let what = Subscribe { queue: queue.to_owned().into(), tag: "lost".into(), prefetch: 0 };
        let mut deliveries = link.consume(&what).await.unwrap().deliveries;
        for _ in 0..count {
            let next = timeout(self.patience, deliveries.next()).await;
            next.unwrap_or_else(|_| panic!("too few in {queue}")).unwrap().unwrap();
        }
        link.close().await;
    }

    /// Counts the messages that a queue delivers within a moment.
    async fn left(&self, queue: &str) -> usize {
        let link = self.broker().open(Role::Consume).await.unwrap();
        let what = Subscribe { queue: queue.to_owned().into(), tag: "test".into(), prefetch: 0 };
        let mut deliveries = link.consume(&what).await.unwrap().deliveries;
        let mut count = 0;
        while timeout(Duration::from_millis(300), deliveries.next()).await.is_ok() {
            count += 1;
        }
        link.close().await;
        count
    }
}

pub(super) struct Served {
    pub(super) mounted: Arc<Mounted>,
}

impl Served {
    /// Drains, and waits until everything has finished.
    pub(super) async fn stop(self) {
        self.mounted.draining.cancel();
        self.mounted.tasks.close();
        timeout(PATIENCE, self.mounted.tasks.wait()).await.expect("it drains");
    }
}

pub(super) struct Client {
    channel: Arc<dyn Channel>,
    methods: HashMap<&'static str, &'static Method>,
}

impl Client {
    pub(super) async fn call(&self, method: &str, body: &str) -> Result<String> {
        self.call_in(Context::new(), method, body).await
    }

    async fn call_in(&self, cx: Context, method: &str, body: &str) -> Result<String> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let call = self.channel.call(self.methods[method], cx, Payload::One(body));
        let answer = timeout(PATIENCE, call).await.expect("an answer")?.one()?;
        Ok(String::from_utf8(answer.to_vec()).unwrap())
    }

    async fn stream(&self, cx: Context, body: &'static str) -> Result<Messages> {
        let request = Payload::One(Bytes::from_static(body.as_bytes()));
        let call = self.channel.call(self.methods["Count"], cx, request);
        timeout(PATIENCE, call).await.expect("an answer")?.many()
    }
}

/// Collects the items of a stream, and the status at its end.
async fn collect(mut items: Messages) -> (Vec<String>, Option<Status>) {
    let mut all = Vec::new();
    loop {
        match timeout(PATIENCE, items.next()).await.expect("an item or the end") {
            Some(Ok(item)) => all.push(String::from_utf8(item.to_vec()).unwrap()),
            Some(Err(status)) => return (all, Some(status)),
            None => return (all, None),
        }
    }
}

fn text(properties: &Properties, name: &str) -> String {
    match properties.headers.get(name).map(Value::view) {
        Some(ValueRef::Text(text)) => text.to_owned(),
        other => panic!("header {name} is {other:?}"),
    }
}

/// Checks every promise on each broker.
macro_rules! behaviour {
    ($($section:ident { $($name:ident),* $(,)? })*) => {
        #[cfg(feature = "memory")]
        mod memory {
            use super::World;
            $($(#[tokio::test]
            async fn $name() {
                super::$section::$name(World::memory()).await;
            })*)*
        }

        #[cfg(feature = "amqp")]
        mod rabbitmq {
            use super::World;
            $($(#[tokio::test]
            async fn $name() {
                super::$section::$name(World::rabbit()).await;
            })*)*
        }
    };
}

behaviour! {
    calls {
        calls_are_answered_in_the_encoding_they_came_in,
        many_calls_at_once_do_not_mix_up,
        a_failed_call_brings_its_status,
        metadata_and_deadline_travel,
        a_call_that_is_dropped_is_cancelled,
        a_method_that_nobody_serves_is_unimplemented,
        what_is_too_large_is_refused_on_both_sides,
        a_stock_client_gets_status_headers_and_body,
        a_reply_address_that_is_made_up_costs_nobody_else,
        a_reply_goes_to_a_caller_and_to_no_queue_of_work,
        what_strangers_write_forges_no_line_of_the_log,
    }
    streams {
        a_stream_arrives_in_order_and_whole,
        a_stream_fails_before_or_after_its_items,
        a_stream_that_is_not_read_is_held_back,
    }
    tasks {
        a_task_is_handled_once_and_gone,
        a_task_waits_for_its_first_server,
        a_strangers_message_is_json,
        what_may_pass_is_tried_again,
        what_does_not_pass_is_a_dead_letter_at_the_end_of_its_plan,
        what_cannot_be_right_is_a_dead_letter_at_once,
        what_is_too_late_is_a_dead_letter,
        a_deadline_that_is_still_ahead_stops_no_retry,
        a_type_of_another_method_is_never_run_as_this_one,
        an_attempt_that_a_stranger_made_up_is_not_believed,
        the_message_is_told_and_a_retry_keeps_its_first_publish,
        a_message_that_came_back_says_so,
        a_queue_with_other_arguments_is_told_by_name,
        a_reply_is_never_run,
        a_task_has_more_time_than_a_call,
        an_envelope_of_others_is_refused_by_name,
        a_request_in_an_envelope_is_refused_and_an_empty_one_is_not,
        a_cloud_event_is_opened,
    }
    overload {
        a_suspect_waits_for_the_messages_of_other_queues,
        a_task_waits_for_a_place_and_spends_no_attempt,
        a_task_waits_for_memory_and_spends_no_attempt,
        what_was_lost_twice_runs_alone,
        what_was_lost_too_often_is_a_dead_letter_with_a_reason,
        a_suspect_among_others_waits_for_them,
    }
    load {
        no_more_run_at_once_than_asked,
        no_more_are_taken_than_asked,
        a_handler_that_takes_too_long_is_tried_again,
        a_message_has_the_priority_of_its_method,
        a_timeout_above_the_brokers_is_refused_at_the_start,
    }
    batches {
        messages_are_joined_for_one_call,
        what_cannot_be_read_harms_no_other,
        one_that_fails_for_good_dies_alone,
        a_batch_that_may_pass_is_tried_again,
        a_drain_gives_back_what_waits_for_others,
    }
    patterns {
        a_pattern_takes_what_matches_alone,
        nothing_is_published_under_a_pattern,
    }
    ordered {
        the_partition_is_the_hash_of_the_field,
        a_failing_message_holds_its_partition_and_no_other,
        what_fails_for_good_is_a_dead_letter_and_the_next_runs,
        a_drain_lets_nothing_overtake,
    }
    foreign {
        a_task_of_celery_is_run_and_answered,
        what_celery_sends_amiss_is_a_dead_letter_and_told,
        a_task_of_celery_runs_in_its_time,
        what_follows_a_task_of_celery_is_published,
        a_packet_of_nest_is_run_and_answered,
        our_client_speaks_to_our_server_as_celery_does,
        our_client_speaks_to_our_server_as_nest_does,
    }
    events {
        every_group_gets_each_event_once,
    }
    letters {
        a_letter_tells_what_failed_and_stays,
        letters_are_replayed_under_their_id,
        only_the_wanted_letters_are_purged,
        a_queue_without_letters_says_so,
        a_letter_of_a_stranger_is_shown,
    }
    publishing {
        a_deleted_exchange_is_declared_again,
        a_deleted_queue_is_declared_again,
        the_dead_letters_of_a_deleted_queue_find_a_new_one,
        one_bad_message_costs_no_other,
        an_idempotency_key_is_the_message_id,
        an_exchange_of_another_type_is_refused_and_the_rest_runs,
    }
    times {
        a_backoff_is_as_it_is_written,
        a_failure_says_when_to_try_again,
        only_the_named_codes_are_tried_again,
        a_message_runs_when_it_is_due,
        what_cannot_wait_is_refused_and_not_sent,
        a_strangers_times_harm_nothing,
    }
    stats {
        a_queue_tells_what_it_took_and_what_failed,
    }
    stopping {
        a_drain_finishes_what_runs_and_gives_back_the_rest,
        a_drain_sends_the_last_replies,
        drains_under_load_bring_no_message_twice,
    }
}

#[cfg(all(feature = "amqp", feature = "tls"))]
mod rabbitmq_over_tls {
    use super::{World, calls, tasks};

    #[tokio::test]
    async fn calls_are_answered_in_the_encoding_they_came_in() {
        calls::calls_are_answered_in_the_encoding_they_came_in(World::secure()).await;
    }

    #[tokio::test]
    async fn a_task_is_handled_once_and_gone() {
        tasks::a_task_is_handled_once_and_gone(World::secure()).await;
    }
}
