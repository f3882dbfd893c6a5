//! What a server and a client promise over a broker, checked on both brokers: the table of outcomes, retries, dead
//! letters, calls, streams, drain, lost connections. The handlers are written by hand; types are another layer's matter.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::borrow::Cow;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use polywire_codegen::model::{self, Idempotency, JsonStyle, Shape, TypeName};
use polywire_codegen::transport::Plans;
use polywire_codegen::transport::amqp::{Kind, Plan, Retry};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tracing::Level;

use super::broker::{Broker, Publish, Role, Subscribe, Subscription, Verdict};
use super::properties::{Properties, Value, ValueRef};
use super::wire;
use crate::call::context::{Context, Transport};
use crate::call::input::{Codec, Input};
use crate::call::limits::Limits;
use crate::call::metadata::Metadata;
use crate::call::policy::Policy;
use crate::call::spec::{Method, ServiceSpec};
use crate::call::status::{Code, Detail, Result, Status};
use crate::channel::{Channel, Endpoint};
use crate::log::tests::Kept;
use crate::waist::handler::{BoxOutgoing, Call, Frame, Outgoing, Route};
use crate::waist::mounted::Mounted;

/// Long enough for a broker under load; nothing waits this long unless it failed.
const PATIENCE: Duration = Duration::from_secs(30);

// ---- A service by hand.

/// What a handler was called with.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    method: &'static str,
    body: String,
    codec: Codec,
    attempt: u32,
    transport: Transport,
}

/// A world of its own: a broker, a service under a name that nobody else uses, and what its handlers saw.
struct World {
    endpoint: Endpoint,
    service: String,
    methods: HashMap<&'static str, &'static Method>,
    seen: Arc<Mutex<Vec<Seen>>>,
    news: Arc<Notify>,
    /// Handlers that were dropped before they ended.
    dropped: Arc<AtomicUsize>,
    gate: Arc<Notify>,
    /// How long to wait for what must come.
    patience: Duration,
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
                Plan { retry: Retry { limit: 1, ..Retry::DEFAULT }, ..plan(Kind::Task) },
                Idempotency::Unknown,
            ),
            ("Told", Shape::Unary, plan(Kind::Event), Idempotency::Unknown),
        ];
        let methods = spec(&service, &methods);
        Self {
            endpoint: endpoint.into(),
            service,
            methods,
            seen: Arc::default(),
            news: Arc::default(),
            dropped: Arc::default(),
            gate: Arc::default(),
            patience: PATIENCE,
        }
    }

    fn memory() -> Self {
        Self::new(format!("memory:behaviour-{}", uuid::Uuid::now_v7()))
    }

    #[cfg(feature = "amqp")]
    fn rabbit() -> Self {
        Self::new(std::env::var("AMQP_URL").expect(
            "AMQP_URL is not set; run `scripts/test`, or `scripts/rabbitmq start` and export what it prints",
        ))
    }

    /// Over TLS, as the user of our certificate.
    #[cfg(all(feature = "amqp", feature = "tls"))]
    fn secure() -> Self {
        Self::new(super::secure::external())
    }

    fn queue(&self, name: &str) -> String {
        format!("{}.{name}", self.service)
    }

    async fn serve(&self) -> Served {
        self.serve_with("group", Limits::default()).await
    }

    async fn serve_with(&self, group: &str, limits: Limits) -> Served {
        let served = self.start(group, limits);
        timeout(PATIENCE, async {
            while served.mounted.degraded().is_some() {
                sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .expect("the server consumes");
        served
    }

    fn start(&self, group: &str, limits: Limits) -> Served {
        let mut mounted = Mounted::new(Policy::new(limits, Vec::new()));
        mounted.group = Some(group.to_owned());
        mounted.routes = self.methods.values().map(|method| Arc::new(self.route(method))).collect();
        let mounted = Arc::new(mounted);
        super::serve(&self.endpoint, &mounted).unwrap();
        Served { mounted }
    }

    fn route(&self, method: &'static Method) -> Route {
        let handler = Handler {
            name: method.name(),
            seen: self.seen.clone(),
            news: self.news.clone(),
            dropped: self.dropped.clone(),
            gate: self.gate.clone(),
        };
        let call = match method.shape() {
            Shape::ServerStream => Call::ServerStream(Arc::new(move |cx, input, _| {
                let handler = handler.clone();
                Box::pin(async move { handler.count(&cx, &input) })
            })),
            _ => Call::Unary(Arc::new(move |cx, input, _| {
                let handler = handler.clone();
                Box::pin(async move { handler.run(cx, input).await })
            })),
        };
        Route { method, terms: crate::call::policy::Terms::default(), call }
    }

    async fn client(&self) -> Client {
        self.client_with(Codec::Json).await
    }

    async fn client_with(&self, codec: Codec) -> Client {
        let endpoint = self.endpoint.clone().codec(codec);
        Client { channel: super::channel::connect(endpoint).await.unwrap(), methods: self.methods.clone() }
    }

    fn broker(&self) -> Arc<dyn Broker> {
        super::open(&self.endpoint).unwrap().0
    }

    /// Publishes as somebody does who knows nothing of polywire.
    async fn stranger(&self, queue: &str, properties: Properties, body: &str) {
        let publisher = super::publisher::Publisher::start(self.broker(), Vec::new());
        let body = Bytes::copy_from_slice(body.as_bytes());
        let message = Publish {
            exchange: "".into(),
            routing_key: queue.to_owned().into(),
            mandatory: true,
            properties: Box::new(properties),
            body,
        };
        publisher.publish(message).await.unwrap();
    }

    /// Waits until handlers saw so much.
    async fn saw(&self, count: usize) -> Vec<Seen> {
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

    /// The next message of a queue, taken out of it.
    async fn take(&self, queue: &str) -> (Properties, Bytes) {
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

    /// How many messages a queue delivers within a moment.
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

fn plan(kind: Kind) -> Plan {
    Plan { kind, ..Plan::default() }
}

type Row = (&'static str, Shape, Plan, Idempotency);

/// Constants, as the macro would write them.
fn spec(service: &str, rows: &[Row]) -> HashMap<&'static str, &'static Method> {
    let (package, name) = service.split_once('.').unwrap();
    let methods = rows.iter().map(|(name, shape, _, idempotency)| model::Method {
        name: Cow::Borrowed(name),
        docs: Cow::Borrowed(""),
        shape: *shape,
        input: TypeName::local("In"),
        output: TypeName::local("Out"),
        error: None,
        idempotency: *idempotency,
        deprecated: false,
    });
    let model = model::Service {
        package: Cow::Owned(package.to_owned()),
        name: Cow::Owned(name.to_owned()),
        docs: Cow::Borrowed(""),
        methods: methods.collect::<Vec<_>>().into(),
        json: JsonStyle::CANONICAL,
        deprecated: false,
    };
    let spec: &'static ServiceSpec =
        Box::leak(Box::new(ServiceSpec { model, methods: &[], register: |_| {} }));
    rows.iter()
        .enumerate()
        .map(|(index, (name, _, plan, _))| {
            let path: &'static str = Box::leak(format!("/{service}/{name}").into_boxed_str());
            let plans = Plans { amqp: Some(plan.clone()), ..Plans::default() };
            let method: &'static Method =
                Box::leak(Box::new(Method { service: spec, index, path, plans, wrapped: None }));
            (*name, method)
        })
        .collect()
}

/// Does what the body says.
#[derive(Clone)]
struct Handler {
    name: &'static str,
    seen: Arc<Mutex<Vec<Seen>>>,
    news: Arc<Notify>,
    dropped: Arc<AtomicUsize>,
    gate: Arc<Notify>,
}

/// Counts a handler that did not come to its end.
struct Unfinished(Option<Arc<AtomicUsize>>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(dropped) = &self.0 {
            dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Handler {
    fn saw(&self, cx: &Context, input: &Input) -> String {
        let Input::Encoded(codec, bytes) = input else { panic!("not from a broker") };
        let body = String::from_utf8_lossy(bytes).into_owned();
        let seen = Seen {
            method: self.name,
            body: body.clone(),
            codec: *codec,
            attempt: cx.attempt(),
            transport: cx.transport(),
        };
        self.seen.lock().unwrap().push(seen);
        self.news.notify_waiters();
        body
    }

    async fn run(self, cx: Context, input: Input) -> Result<BytesMut> {
        let body = self.saw(&cx, &input);
        let mut unfinished = Unfinished(Some(self.dropped.clone()));
        let result = self.answer(&cx, &body).await;
        unfinished.0 = None;
        result
    }

    async fn answer(&self, cx: &Context, body: &str) -> Result<BytesMut> {
        let (verb, rest) = body.trim_matches('"').split_once(' ').unwrap_or((body.trim_matches('"'), ""));
        match verb {
            "fail" => Err(Status::new(Code::from_name(rest).unwrap(), "as told")),
            "twice" if cx.attempt() <= 2 => Err(Status::unavailable("not yet")),
            "detail" => {
                Err(Status::not_found("gone")
                    .with_detail(Detail::from_proto("a.B", Bytes::from_static(b"x"))))
            }
            "fail_after_gate" if cx.attempt() == 1 => {
                self.gate.notified().await;
                Err(Status::unavailable("as told"))
            }
            "wait" => {
                self.gate.notified().await;
                Ok(BytesMut::from("waited"))
            }
            "sleep" => {
                sleep(Duration::from_millis(rest.parse().unwrap())).await;
                Ok(BytesMut::from("slept"))
            }
            "meta" => {
                cx.append_header("early", "1").unwrap();
                cx.append_trailer("late", "2").unwrap();
                Ok(BytesMut::from(cx.metadata().get("tenant").unwrap_or("nobody")))
            }
            "left" => Ok(BytesMut::from(&*cx.remaining().map_or(0, |left| left.as_millis()).to_string())),
            "big" => Ok(BytesMut::zeroed(rest.parse().unwrap())),
            _ => Ok(BytesMut::from(body)),
        }
    }

    fn count(&self, cx: &Context, input: &Input) -> Result<BoxOutgoing> {
        let body = self.saw(cx, input);
        cx.append_header("early", "1").unwrap();
        cx.append_trailer("late", "2").unwrap();
        match body.strip_prefix("fail ") {
            Some(code) => Err(Status::new(Code::from_name(code).unwrap(), "as told")),
            None => {
                let upto = body.trim_end_matches('!').parse().unwrap();
                let end = if body.ends_with('!') { Err(Status::data_loss("broke")) } else { Ok(()) };
                let unfinished = Unfinished(Some(self.dropped.clone()));
                Ok(Box::pin(Counting {
                    next: 0,
                    upto,
                    end: Some(end),
                    pulled: self.seen.clone(),
                    unfinished,
                }))
            }
        }
    }
}

/// Counts; each item is its number, and the item 0 is empty.
struct Counting {
    next: usize,
    upto: usize,
    end: Option<Result<()>>,
    pulled: Arc<Mutex<Vec<Seen>>>,
    unfinished: Unfinished,
}

impl Outgoing for Counting {
    fn poll_fill(
        mut self: Pin<&mut Self>,
        _: &mut Task<'_>,
        buf: &mut BytesMut,
        _: usize,
        _: &mut dyn Frame,
    ) -> Poll<Option<Result<()>>> {
        if self.next == self.upto {
            self.unfinished.0 = None;
            return Poll::Ready(self.end.take().and_then(|end| end.err().map(Err)));
        }
        let pulled = Seen {
            method: "pulled",
            body: self.next.to_string(),
            codec: Codec::Json,
            attempt: 0,
            transport: Transport::Local,
        };
        self.pulled.lock().unwrap().push(pulled);
        if self.next > 0 {
            buf.extend_from_slice(self.next.to_string().as_bytes());
        }
        self.next += 1;
        Poll::Ready(Some(Ok(())))
    }
}

struct Served {
    mounted: Arc<Mounted>,
}

impl Served {
    /// Drains; returns when everything is finished.
    async fn stop(self) {
        self.mounted.draining.cancel();
        self.mounted.tasks.close();
        timeout(PATIENCE, self.mounted.tasks.wait()).await.expect("it drains");
    }
}

struct Client {
    channel: Arc<dyn Channel>,
    methods: HashMap<&'static str, &'static Method>,
}

impl Client {
    async fn call(&self, method: &str, body: &str) -> Result<String> {
        self.call_in(Context::new(), method, body).await
    }

    async fn call_in(&self, cx: Context, method: &str, body: &str) -> Result<String> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let call = self.channel.unary(self.methods[method], cx, body);
        let answer = timeout(PATIENCE, call).await.expect("an answer")?;
        Ok(String::from_utf8(answer.to_vec()).unwrap())
    }

    async fn stream(&self, cx: Context, body: &'static str) -> Result<crate::channel::Messages> {
        let call = self.channel.server_stream(self.methods["Count"], cx, Bytes::from_static(body.as_bytes()));
        timeout(PATIENCE, call).await.expect("an answer")
    }
}

/// What a stream gives, and how it ends.
async fn collect(mut items: crate::channel::Messages) -> (Vec<String>, Option<Status>) {
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

// ---- Calls.

async fn calls_are_answered_in_the_encoding_they_came_in(world: World) {
    let served = world.serve().await;
    for codec in [Codec::Json, Codec::Proto] {
        assert_eq!(world.client_with(codec).await.call("Ask", "\"hello\"").await.unwrap(), "\"hello\"");
    }
    let seen = world.saw(2).await;
    assert_eq!(seen.iter().map(|seen| seen.codec).collect::<Vec<_>>(), [Codec::Json, Codec::Proto]);
    let wire = if world.endpoint.url.as_written().starts_with("memory") {
        Transport::Memory
    } else {
        Transport::Amqp
    };
    assert!(seen.iter().all(|seen| seen.transport == wire && seen.method == "Ask"), "{seen:?}");
    served.stop().await;
}

async fn many_calls_at_once_do_not_mix_up(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let calls = (0..500).map(|n| {
        let client = &client;
        async move { (n, client.call("Ask", &format!("\"{n}\"")).await.unwrap()) }
    });
    for (n, answer) in futures_util::future::join_all(calls).await {
        assert_eq!(answer, format!("\"{n}\""));
    }
}

async fn a_failed_call_brings_its_status(world: World) {
    let _served = world.serve().await;
    for codec in [Codec::Json, Codec::Proto] {
        let client = world.client_with(codec).await;
        let status = client.call("Ask", "detail").await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::NotFound, "gone"));
        assert_eq!(status.details()[0].type_name(), "a.B");
    }
    let client = world.client().await;
    for code in Code::ALL {
        let status = client.call("Ask", &format!("fail {code}")).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (code, "as told"));
    }
}

async fn metadata_and_deadline_travel(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let mut metadata = Metadata::new();
    metadata.append("tenant", "acme").unwrap();
    let cx = Context::new().with_metadata(&metadata);
    assert_eq!(client.call_in(cx.clone(), "Ask", "meta").await.unwrap(), "acme");
    assert_eq!(cx.headers().get("early"), Some("1"));
    assert_eq!(cx.trailers().get("late"), Some("2"));

    let cx = Context::new().with_timeout(Duration::from_secs(20));
    let left: u64 = client.call_in(cx, "Ask", "left").await.unwrap().parse().unwrap();
    assert!((1..=20_000).contains(&left), "{left}");

    let cx = Context::new().with_timeout(Duration::from_millis(100));
    let status = client.call_in(cx, "Ask", "wait").await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

async fn a_call_that_is_dropped_is_cancelled(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let gone = timeout(Duration::from_millis(300), client.call("Ask", "sleep 20000")).await;
    assert!(gone.is_err(), "{gone:?}");
    timeout(PATIENCE, async {
        while world.dropped.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the handler was dropped");
    assert_eq!(client.call("Ask", "\"still there\"").await.unwrap(), "\"still there\"");
}

async fn a_method_that_nobody_serves_is_unimplemented(world: World) {
    let status = world.client().await.call("Ask", "\"hello\"").await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
    assert!(status.message().contains(&world.service), "{status}");
    let status = collect_refused(&world).await;
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
}

async fn collect_refused(world: &World) -> Status {
    match world.client().await.stream(Context::new(), "3").await {
        Ok(items) => collect(items).await.1.expect("a failure"),
        Err(status) => status,
    }
}

async fn what_is_too_large_is_refused_on_both_sides(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let status = client.call("Ask", &"x".repeat((1 << 20) + 1)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    let status = client.call("Ask", "big 1048577").await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert_eq!(client.call("Ask", "big 1048576").await.unwrap().len(), 1 << 20);
}

async fn a_stock_client_gets_status_headers_and_body(world: World) {
    let _served = world.serve().await;
    let link = world.broker().open(Role::Publish).await.unwrap();
    let (mut outlet, mut replies) = link.caller().await.unwrap();
    let rpc = world.queue("rpc");
    let request = |key: &str, exchange: &str, kind: Option<&str>, body: &'static str| Publish {
        exchange: exchange.to_owned().into(),
        routing_key: key.to_owned().into(),
        mandatory: false,
        properties: Box::new(Properties {
            reply_to: Some(super::broker::REPLY_TO.into()),
            correlation_id: Some("c-1".into()),
            kind: kind.map(|kind| kind.to_owned().into()),
            ..Properties::default()
        }),
        body: body.into(),
    };
    let with_dot = format!("{}.Ask", world.service);
    let with_slash = format!("/{}/Ask", world.service);
    let nonsense = format!("{}/Nonsense", world.service);
    let cases = [
        (request("Ask", &world.service, None, "\"a\""), Ok("\"a\"")),
        (request(&rpc, "", Some(&with_dot), "\"b\""), Ok("\"b\"")),
        (request(&rpc, "", Some(&with_slash), "\"c\""), Ok("\"c\"")),
        (request("Ask", &world.service, None, ""), Ok("{}")),
        (request("Ask", &world.service, None, "fail not_found"), Err(5)),
        (request(&rpc, "", Some(&nonsense), "\"d\""), Err(12)),
        (request(&rpc, "", None, "\"e\""), Err(12)),
    ];
    for (request, expected) in cases {
        outlet.send(std::slice::from_ref(&request)).await.unwrap();
        let reply = timeout(PATIENCE, replies.next()).await.expect("a reply").unwrap().unwrap();
        let properties = reply.properties.to_properties();
        assert_eq!(properties.correlation_id.as_deref(), Some("c-1"));
        assert_eq!(properties.content_type.as_deref(), Some("application/json"));
        match expected {
            Ok(body) => {
                assert_eq!(text(&properties, "grpc-status"), "0");
                assert_eq!(reply.body, body);
            }
            Err(code) => {
                assert_eq!(text(&properties, "grpc-status"), code.to_string());
                let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
                assert_eq!(body["code"], code);
                assert_eq!(body["message"], text(&properties, "grpc-message"));
            }
        }
    }
}

/// What would be a line of its own, clear a screen, and turn a text around.
const FORGED: &str = "\nWARN forged\u{1b}[2J\u{202e}";

fn one_line_each(log: &Kept) {
    let of_ours = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG].map(|level| log.at(level)).concat();
    for line in of_ours {
        assert!(!line.contains(['\n', '\u{1b}', '\u{202e}']), "{line:?}");
    }
}

async fn what_strangers_write_forges_no_line_of_the_log(world: World) {
    const COUNT: usize = 40;
    let log = Kept::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let _served = world.serve().await;
    let letters = format!("{}.dlq", world.queue("Work"));
    for _ in 0..COUNT {
        let kind = Some(format!("{}/Gone{FORGED}", world.service).into());
        world.stranger(&world.queue("Work"), Properties { kind, ..Properties::default() }, "\"x\"").await;
        world.take(&letters).await;
    }
    let told =
        |level| log.at(level).into_iter().filter(|line| line.contains("dead letters")).collect::<Vec<_>>();
    let (warned, rest) = (told(Level::WARN), told(Level::DEBUG));
    assert_eq!(warned.len() + rest.len(), COUNT);
    // One a second: the rest is there for who debugs.
    assert!(!warned.is_empty() && warned.len() < COUNT, "{warned:?}");
    assert!(warned[0].contains("WARN forged\\u{1b}[2J\\u{202e}"), "{warned:?}");
    one_line_each(&log);
}

async fn a_reply_address_that_is_made_up_costs_nobody_else(world: World) {
    let log = Kept::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let _served = world.serve().await;
    let client = world.client().await;
    let forged = format!("amq.rabbitmq.reply-to.{FORGED}");
    for address in [&*forged, "amq.rabbitmq.reply-to.made.up", "amq.rabbitmq.reply-to.", "no-such-queue", ""]
    {
        let properties = Properties { reply_to: Some(address.into()), ..Properties::default() };
        let kind = Some(format!("{}.Ask", world.service).into());
        world.stranger(&world.queue("rpc"), Properties { kind, ..properties }, "\"x\"").await;
    }
    world.saw(5).await;
    assert_eq!(client.call("Ask", "\"me\"").await.unwrap(), "\"me\"");
    one_line_each(&log);
}

// ---- Streams.

async fn a_stream_arrives_in_order_and_whole(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let cx = Context::new();
    let items = client.stream(cx.clone(), "1000").await.unwrap();
    let (items, end) = collect(items).await;
    let mut expected: Vec<String> = (0..1_000).map(|n: usize| n.to_string()).collect();
    expected[0].clear();
    assert_eq!((items, end), (expected, None));
    assert_eq!(cx.headers().get("early"), Some("1"));
    assert_eq!(cx.trailers().get("late"), Some("2"));
    let (none, end) = collect(client.stream(Context::new(), "0").await.unwrap()).await;
    assert_eq!((none.len(), end), (0, None));
}

async fn a_stream_fails_before_or_after_its_items(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let (items, end) = collect(client.stream(Context::new(), "3!").await.unwrap()).await;
    assert_eq!((items.len(), end), (3, Some(Status::data_loss("broke"))));
    let refused = client.stream(Context::new(), "fail aborted").await.err().unwrap();
    assert_eq!(refused, Status::aborted("as told"));
}

async fn a_stream_that_is_not_read_is_held_back(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let mut items = client.stream(Context::new(), "100000").await.unwrap();
    items.next().await.unwrap().unwrap();
    sleep(Duration::from_millis(500)).await;
    let pulled = world.seen.lock().unwrap().len();
    assert!(pulled <= 200, "{pulled} items were pulled for a reader of one");
    drop(items);
    timeout(PATIENCE, async {
        while world.dropped.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the stream was dropped");
}

// ---- Tasks and events.

async fn a_task_is_handled_once_and_gone(world: World) {
    let served = world.serve().await;
    let client = world.client().await;
    for n in 0..50 {
        assert_eq!(client.call("Work", &format!("\"{n}\"")).await.unwrap(), "{}");
    }
    let mut bodies: Vec<String> = world.saw(50).await.into_iter().map(|seen| seen.body).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 50);
    served.stop().await;
    assert_eq!(world.left(&world.queue("Work")).await, 0);
}

async fn a_task_waits_for_its_first_server(world: World) {
    let client = world.client_with(Codec::Proto).await;
    assert_eq!(client.call("Work", "early").await.unwrap(), "");
    let _served = world.serve().await;
    let seen = world.saw(1).await;
    assert_eq!((seen[0].body.as_str(), seen[0].codec, seen[0].attempt), ("early", Codec::Proto, 1));
}

async fn a_strangers_message_is_json(world: World) {
    let _served = world.serve().await;
    world.stranger(&world.queue("Work"), Properties::default(), "\"no header\"").await;
    let json = Properties {
        content_type: Some("application/json".into()),
        kind: Some("whatever".into()),
        ..Properties::default()
    };
    world.stranger(&world.queue("Work"), json, "\"type of their own\"").await;
    let seen = world.saw(2).await;
    assert!(seen.iter().all(|seen| seen.method == "Work" && seen.codec == Codec::Json), "{seen:?}");
}

async fn what_may_pass_is_tried_again(world: World) {
    let served = world.serve().await;
    let mut metadata = Metadata::new();
    metadata.append("tenant", "acme").unwrap();
    let began = Instant::now();
    world.client().await.call_in(Context::new().with_metadata(&metadata), "Work", "twice").await.unwrap();
    let seen = world.saw(3).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(seen.iter().all(|seen| seen.method == "Work" && seen.body == "twice"));
    assert!(began.elapsed() >= Duration::from_millis(5_900), "1 s and 5 s: {:?}", began.elapsed());
    served.stop().await;
    assert_eq!(world.left(&world.queue("Work")).await, 0);
    assert_eq!(world.left(&format!("{}.dlq", world.queue("Work"))).await, 0);
}

async fn what_does_not_pass_is_a_dead_letter_at_the_end_of_its_plan(world: World) {
    let _served = world.serve().await;
    world.client().await.call("Brief", "fail unavailable").await.unwrap();
    let (letter, body) = world.take(&format!("{}.dlq", world.queue("Brief"))).await;
    assert_eq!(world.saw(2).await.len(), 2);
    assert_eq!(body, "fail unavailable");
    assert_eq!(text(&letter, "grpc-status"), "14");
    assert_eq!(text(&letter, wire::REASON), "unavailable: as told");
    assert_eq!(letter.headers[wire::ATTEMPT], Value::Int(2));
    assert_eq!(text(&letter, wire::KEY), "Brief");
    assert!(!letter.headers.contains_key("x-death"), "{letter:?}");
    assert!(letter.persistent && letter.message_id.is_some());
}

async fn what_cannot_be_right_is_a_dead_letter_at_once(world: World) {
    let _served = world.serve().await;
    let letters = format!("{}.dlq", world.queue("Work"));
    for (properties, body, code) in [
        (Properties::default(), "fail invalid_argument", "3"),
        (Properties { content_type: Some("image/png".into()), ..Properties::default() }, "png", "3"),
        (Properties { content_encoding: Some("gzip".into()), ..Properties::default() }, "packed", "3"),
        (
            Properties { kind: Some(format!("{}/Gone", world.service).into()), ..Properties::default() },
            "\"x\"",
            "12",
        ),
        (
            Properties {
                headers: [("h".into(), Value::Text("x".repeat(20_000)))].into(),
                ..Properties::default()
            },
            "\"x\"",
            "8",
        ),
    ] {
        world.stranger(&world.queue("Work"), properties, body).await;
        let (letter, left) = world.take(&letters).await;
        assert_eq!((text(&letter, "grpc-status").as_str(), &*left), (code, body.as_bytes()), "{letter:?}");
        assert!(!text(&letter, wire::REASON).is_empty());
        if body == "packed" {
            assert!(text(&letter, wire::REASON).contains("content encoding `gzip`"), "{letter:?}");
        }
    }
    assert_eq!(world.saw(1).await.len(), 1, "only the first reached its handler");
}

async fn what_is_too_late_is_not_started(world: World) {
    let _served = world.serve().await;
    let past =
        Properties { headers: [(wire::DEADLINE.to_owned(), Value::Int(1))].into(), ..Properties::default() };
    world.stranger(&world.queue("Work"), past, "\"late\"").await;
    world.stranger(&world.queue("Work"), Properties::default(), "\"next\"").await;
    let seen = world.saw(1).await;
    assert_eq!(seen[0].body, "\"next\"");
    sleep(Duration::from_millis(200)).await;
    assert_eq!(world.saw(1).await.len(), 1);
}

async fn every_group_gets_each_event_once(world: World) {
    let client = world.client().await;
    let nobody = client.call("Told", "\"lost\"").await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unavailable, "{nobody}");
    let billing = world.serve_with("billing", Limits::default()).await;
    let mailing = world.serve_with("mailing", Limits::default()).await;
    let twin = world.serve_with("mailing", Limits::default()).await;
    for n in 0..20 {
        client.call("Told", &format!("\"{n}\"")).await.unwrap();
    }
    assert_eq!(world.saw(40).await.len(), 40);
    for served in [billing, mailing, twin] {
        served.stop().await;
    }
    assert_eq!(world.saw(40).await.len(), 40);
}

// ---- Stopping and losing.

async fn a_drain_finishes_what_runs_and_gives_back_the_rest(world: World) {
    let served = world.serve().await;
    let client = world.client().await;
    // More than run at a time: some wait here, unstarted.
    for n in 0..92 {
        client.call("Work", &format!("wait {n}")).await.unwrap();
    }
    world.saw(64).await;
    let mounted = served.mounted.clone();
    let stopping = tokio::spawn(served.stop());
    sleep(Duration::from_millis(300)).await;
    assert!(!stopping.is_finished(), "handlers still run");
    // A notification reaches those that wait now.
    world.gate.notify_waiters();
    stopping.await.unwrap();
    assert!(mounted.draining.is_cancelled());
    assert_eq!(world.saw(64).await.len(), 64, "nothing was started after the signal");
    assert_eq!(world.left(&world.queue("Work")).await, 28);
}

async fn a_drain_sends_the_last_replies(world: World) {
    let served = world.serve().await;
    let client = world.client().await;
    let calls = futures_util::future::join_all((0..20).map(|_| client.call("Ask", "wait")));
    let stop = async {
        world.saw(20).await;
        let stopping = tokio::spawn(served.stop());
        sleep(Duration::from_millis(100)).await;
        world.gate.notify_waiters();
        stopping.await.unwrap();
    };
    let (answers, ()) = tokio::join!(calls, stop);
    assert!(answers.iter().all(|answer| answer.as_deref() == Ok("waited")), "{answers:?}");
}

macro_rules! behaviour {
    ($($name:ident),* $(,)?) => {
        #[cfg(feature = "memory")]
        mod memory {
            use super::World;
            $(#[tokio::test]
            async fn $name() {
                super::$name(World::memory()).await;
            })*
        }

        #[cfg(feature = "amqp")]
        mod rabbitmq {
            use super::World;
            $(#[tokio::test]
            async fn $name() {
                super::$name(World::rabbit()).await;
            })*
        }
    };
}

#[cfg(all(feature = "amqp", feature = "tls"))]
mod rabbitmq_over_tls {
    use super::World;

    #[tokio::test]
    async fn calls_are_answered_in_the_encoding_they_came_in() {
        super::calls_are_answered_in_the_encoding_they_came_in(World::secure()).await;
    }

    #[tokio::test]
    async fn a_task_is_handled_once_and_gone() {
        super::a_task_is_handled_once_and_gone(World::secure()).await;
    }
}

behaviour!(
    calls_are_answered_in_the_encoding_they_came_in,
    many_calls_at_once_do_not_mix_up,
    a_failed_call_brings_its_status,
    metadata_and_deadline_travel,
    a_call_that_is_dropped_is_cancelled,
    a_method_that_nobody_serves_is_unimplemented,
    what_is_too_large_is_refused_on_both_sides,
    a_stock_client_gets_status_headers_and_body,
    a_reply_address_that_is_made_up_costs_nobody_else,
    a_stream_arrives_in_order_and_whole,
    a_stream_fails_before_or_after_its_items,
    a_stream_that_is_not_read_is_held_back,
    a_task_is_handled_once_and_gone,
    a_task_waits_for_its_first_server,
    a_strangers_message_is_json,
    what_may_pass_is_tried_again,
    what_does_not_pass_is_a_dead_letter_at_the_end_of_its_plan,
    what_cannot_be_right_is_a_dead_letter_at_once,
    what_is_too_late_is_not_started,
    what_strangers_write_forges_no_line_of_the_log,
    every_group_gets_each_event_once,
    a_drain_finishes_what_runs_and_gives_back_the_rest,
    a_drain_sends_the_last_replies,
);

/// What only the broker in memory can be told to do.
#[cfg(feature = "memory")]
mod faults {
    use super::*;
    use crate::transport::amqp::memory::MemoryBroker;

    fn broker(world: &World) -> MemoryBroker {
        MemoryBroker::named(world.endpoint.url.as_written().strip_prefix("memory:").unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn the_whole_schedule_passes_when_the_clock_is_moved() {
        let world = World { patience: Duration::from_secs(1_000), ..World::memory() };
        let _served = world.serve().await;
        let began = Instant::now();
        world.client().await.call("Work", "fail unavailable").await.unwrap();
        let seen = world.saw(6).await;
        assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        // 1 s, 5 s, 30 s and twice 2 min.
        assert_eq!(began.elapsed().as_secs(), 276);
        let (letter, _) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
        assert_eq!(text(&letter, "grpc-status"), "14");
    }

    #[tokio::test(start_paused = true)]
    async fn a_defect_is_tried_three_times_more() {
        let world = World { patience: Duration::from_secs(1_000), ..World::memory() };
        let _served = world.serve().await;
        world.client().await.call("Work", "fail internal").await.unwrap();
        world.take(&format!("{}.dlq", world.queue("Work"))).await;
        assert_eq!(world.saw(4).await.len(), 4);
    }

    #[tokio::test]
    async fn a_server_joins_when_its_broker_returns() {
        let world = World::memory();
        broker(&world).set_away(true);
        let served = world.start("group", Limits::default());
        let client = world.client().await;
        let cx = Context::new().with_timeout(Duration::from_millis(300));
        let status = client.call_in(cx, "Work", "\"1\"").await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{status}");
        let trouble = served.mounted.degraded().expect("health says so");
        assert!(trouble.contains("away"), "{trouble}");
        broker(&world).set_away(false);
        client.call("Work", "\"2\"").await.unwrap();
        assert_eq!(world.saw(1).await[0].body, "\"2\"");
        timeout(PATIENCE, async {
            while served.mounted.degraded().is_some() {
                sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .expect("all is well again");
    }

    #[tokio::test]
    async fn a_publish_without_its_confirm_is_sent_again_under_the_same_id() {
        let world = World::memory();
        let client = world.client().await;
        client.call("Work", "\"first\"").await.unwrap();
        broker(&world).lose_next_confirm();
        client.call("Work", "\"second\"").await.unwrap();
        let queue = world.queue("Work");
        let mut ids = Vec::new();
        for expected in ["\"first\"", "\"second\"", "\"second\""] {
            let (properties, body) = world.take(&queue).await;
            assert_eq!(body, expected);
            ids.push(properties.message_id.unwrap());
        }
        assert_ne!(ids[0], ids[1]);
        assert_eq!(ids[1], ids[2]);
    }

    #[tokio::test]
    async fn a_full_broker_says_so() {
        let world = World::memory();
        let client = world.client().await;
        client.call("Work", "\"fits\"").await.unwrap();
        broker(&world).refuse_publishes(1);
        let status = client.call("Work", "\"refused\"").await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        broker(&world).limit_bytes(100);
        let status = client.call("Work", "\"too much\"").await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert_eq!(broker(&world).depth(&world.queue("Work")), Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_retry_that_the_broker_refuses_is_offered_again() {
        let world = World::memory();
        let _served = world.serve().await;
        let client = world.client().await;
        // It fails only when it is let go: by then the broker refuses its copies.
        client.call("Work", "fail_after_gate").await.unwrap();
        world.saw(1).await;
        broker(&world).refuse_publishes(3);
        world.gate.notify_waiters();
        let seen = world.saw(2).await;
        assert_eq!(seen[1].attempt, 2);
    }

    #[tokio::test]
    async fn what_a_lost_connection_had_is_delivered_again() {
        let world = World::memory();
        let _served = world.serve().await;
        let client = world.client().await;
        client.call("Work", "wait 1").await.unwrap();
        world.saw(1).await;
        broker(&world).disconnect();
        let seen = world.saw(2).await;
        assert_eq!(seen[0].body, seen[1].body);
        world.gate.notify_waiters();
        client.call("Work", "\"after\"").await.unwrap();
        assert!(world.saw(3).await.iter().any(|seen| seen.body == "\"after\""));
    }

    #[tokio::test]
    async fn a_call_on_a_lost_connection_fails_unless_it_only_reads() {
        let world = World::memory();
        let _served = world.serve().await;
        let client = world.client().await;
        client.call("Ask", "\"warm\"").await.unwrap();
        let (asked, read) = tokio::join!(client.call("Ask", "wait"), async {
            let read = client.call("Read", "wait");
            let lose = async {
                world.saw(3).await;
                broker(&world).disconnect();
                // The reading call comes again, and so do both requests that were not acknowledged.
                timeout(PATIENCE, async {
                    while world.seen.lock().unwrap().iter().filter(|seen| seen.method == "Read").count() < 3 {
                        sleep(Duration::from_millis(5)).await;
                    }
                })
                .await
                .expect("sent again");
                for _ in 0..50 {
                    world.gate.notify_waiters();
                    sleep(Duration::from_millis(10)).await;
                }
            };
            tokio::join!(read, lose).0
        });
        assert_eq!(asked.unwrap_err().code(), Code::Unavailable);
        assert_eq!(read.as_deref(), Ok("waited"));
    }

    #[tokio::test]
    async fn a_stream_on_a_lost_connection_fails_and_never_ends_well() {
        let world = World::memory();
        let _served = world.serve().await;
        let client = world.client().await;
        let mut items = client.stream(Context::new(), "100000").await.unwrap();
        items.next().await.unwrap().unwrap();
        broker(&world).disconnect();
        let (_, end) = collect(items).await;
        assert_eq!(end.expect("a failure").code(), Code::Unavailable);
    }

    /// Whether the server was not well at any time while `work` ran.
    async fn told(served: &Served, work: impl Future<Output = ()>) -> bool {
        let mut told = false;
        let mut work = std::pin::pin!(work);
        while futures_util::poll!(work.as_mut()).is_pending() {
            told |= served.mounted.degraded().is_some();
            tokio::task::yield_now().await;
        }
        told
    }

    #[tokio::test]
    async fn what_runs_for_ever_begins_again_after_a_panic() {
        use crate::waist::supervise::fault;
        let world = World::memory();
        let served = world.serve().await;
        let client = world.client().await;
        let tasks = ["AMQP consumer", "AMQP connection", "AMQP replier", "AMQP caller", "AMQP publisher"];
        for (at, task) in tasks.into_iter().enumerate() {
            fault::arm(task);
            let told = told(&served, async {
                // What is idle is not polled: there must be something to do.
                while fault::is_armed(task) || served.mounted.degraded().is_some() {
                    if fault::is_armed("AMQP connection") {
                        broker(&world).disconnect();
                    }
                    let work =
                        async { tokio::join!(client.call("Ask", "\"on\""), client.call("Work", "\"on\"")) };
                    let _ = timeout(Duration::from_millis(100), work).await;
                }
            });
            let told = timeout(PATIENCE, told).await.unwrap_or_else(|_| panic!("{task}"));
            // The last two are the client's as well.
            assert!(told || at > 2, "health says nothing of the {task}");
            assert_eq!(client.call("Ask", task).await.as_deref(), Ok(task));
            client.call("Work", task).await.unwrap();
            timeout(PATIENCE, async {
                while !world
                    .seen
                    .lock()
                    .unwrap()
                    .iter()
                    .any(|seen| seen.method == "Work" && seen.body == task)
                {
                    sleep(Duration::from_millis(1)).await;
                }
            })
            .await
            .unwrap_or_else(|_| panic!("no work after the {task}"));
        }
        served.stop().await;
    }
}
