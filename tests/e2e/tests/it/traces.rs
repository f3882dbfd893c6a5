//! Spans around calls, and traces over every wire, as OpenTelemetry's SDK sees them.
#![allow(clippy::expect_used)]

use bytes::Bytes;
use opentelemetry::trace::{SpanId, SpanKind, TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use opentelemetry_semantic_conventions::attribute as semconv;
use polywire::layers::Spans;
use polywire::{Caller, Endpoint, Result, Server, Status, Streaming, service};
use polywire_e2e::on_wire;
use polywire_e2e::serving::{broker, serve, until};
use polywire_e2e::wires::Wire;
use prost::Message as _;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;

/// A test for each case on each wire but RabbitMQ, and one for all cases there: another process would take the calls of
/// this one from their queue, and its spans would not be seen here.
macro_rules! on_each_wire {
    ($($case:ident)*) => {
        on_wire! { local Local $($case)* }
        on_wire! { grpc Grpc $($case)* }
        on_wire! { grpc_web GrpcWeb $($case)* }
        on_wire! { connect_proto ConnectProto $($case)* }
        on_wire! { connect_json ConnectJson $($case)* }
        on_wire! { websocket_json WebSocketJson $($case)* }
        on_wire! { websocket_proto WebSocketProto $($case)* }
        on_wire! { memory Memory $($case)* }

        #[tokio::test]
        async fn every_case_by_rabbitmq() {
            $($case(Wire::Amqp).await;)*
        }
    };
}

on_each_wire! {
    a_call_is_one_trace_on_both_sides
    a_fault_is_in_the_span_and_a_refusal_is_none
    a_stream_is_a_span_until_its_last_item
    a_call_of_a_handler_is_a_child_of_its_span
}

#[service(package = "traces.v1")]
pub trait Relay {
    #[http(GET "/pass")]
    async fn pass(&self) -> Result<String>;
    async fn fail(&self, internal: bool) -> Result<()>;
    async fn count(&self, to: i32) -> Result<Streaming<i32>>;
    async fn onward(&self) -> Result<String>;
}

#[derive(Clone)]
struct Station {
    next: Option<RelayClient>,
}

impl Relay for Station {
    async fn pass(&self) -> Result<String> {
        tracing::info!("a train passes");
        Ok("passed".to_owned())
    }

    async fn fail(&self, internal: bool) -> Result<()> {
        Err(if internal { Status::internal("derailed") } else { Status::not_found("no such track") })
    }

    async fn count(&self, to: i32) -> Result<Streaming<i32>> {
        Ok(Streaming::from_items(0..to))
    }

    async fn onward(&self) -> Result<String> {
        self.next.as_ref().ok_or_else(|| Status::internal("the last station"))?.pass().await
    }
}

/// The spans of this test. The runtime of a test has one thread, so its subscriber sees all of them.
struct Recorder {
    spans: InMemorySpanExporter,
    _provider: SdkTracerProvider,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Recorder {
    fn new() -> Self {
        let spans = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        Self { spans, _provider: provider, _guard: guard }
    }

    /// The client's span of a call over the wire, once it has ended.
    async fn client(&self, wire: Wire, method: &str) -> SpanData {
        let is_it = |span: &SpanData| {
            span.span_kind == SpanKind::Client
                && attribute(span, semconv::RPC_SYSTEM_NAME).as_deref() == Some(system(wire))
        };
        self.span(is_it, method).await
    }

    /// The server's span in the trace of `client`. Over a broker, calls of an earlier test may come too.
    async fn server(&self, client: &SpanData, method: &str) -> SpanData {
        let trace = client.span_context.trace_id();
        let is_it =
            |span: &SpanData| span.span_kind == SpanKind::Server && span.span_context.trace_id() == trace;
        self.span(is_it, method).await
    }

    async fn span(&self, is_it: impl Fn(&SpanData) -> bool, method: &str) -> SpanData {
        let mut found = None;
        until("the span", async || {
            let all = self.spans.get_finished_spans().expect("spans");
            let of_method = |span: &SpanData| attribute(span, "rpc.method").as_deref() == Some(method);
            found = all.into_iter().find(|span| is_it(span) && of_method(span));
            found.is_some()
        })
        .await;
        found.expect("it was found")
    }
}

/// The name of the wire as `rpc.system.name`.
const fn system(wire: Wire) -> &'static str {
    match wire {
        Wire::Local => "local",
        Wire::Grpc | Wire::GrpcWeb => "grpc",
        Wire::ConnectProto | Wire::ConnectJson => "connectrpc",
        Wire::WebSocketJson | Wire::WebSocketProto => "websocket",
        Wire::Memory => "memory",
        Wire::Amqp => "amqp",
    }
}

fn attribute(span: &SpanData, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|pair| pair.key.as_str() == name)?;
    Some(found.value.to_string())
}

/// A station whose next one is in the same process.
fn server() -> Server {
    let last = Server::new().service(RelayServer::new(Station { next: None })).interceptor(Spans::server());
    let next = Caller::new(last.into_local()).with_interceptor(Spans::client());
    let next = Some(RelayClient::from_caller(next));
    Server::new().service(RelayServer::new(Station { next })).interceptor(Spans::server())
}

async fn open(wire: Wire, server: Server) -> RelayClient {
    RelayClient::from_caller(wire.open_at(server).await.with_interceptor(Spans::client()))
}

const PASS: &str = "traces.v1.Relay/Pass";

async fn a_call_is_one_trace_on_both_sides(wire: Wire) {
    let recorder = Recorder::new();
    let relay = open(wire, server()).await;
    let root = tracing::info_span!("root");
    assert_eq!(relay.pass().instrument(root).await.as_deref(), Ok("passed"));
    let client = recorder.client(wire, PASS).await;
    let server = recorder.server(&client, PASS).await;
    assert_eq!((client.name.as_ref(), server.name.as_ref()), (PASS, PASS));
    assert_eq!(client.span_context.trace_id(), server.span_context.trace_id());
    assert_eq!(client.span_context.span_id(), server.parent_span_id);
    assert_ne!(client.parent_span_id, SpanId::INVALID, "the root is its parent");
    assert!(server.events.iter().any(|event| event.name == "a train passes"), "{:?}", server.events);
    assert_eq!(attribute(&server, semconv::RPC_RESPONSE_STATUS_CODE).as_deref(), Some("OK"));
    let name = attribute(&server, semconv::RPC_SYSTEM_NAME).expect("a system");
    assert_eq!(name, system(wire));
    check_names(&[client, server]);
}

/// Each attribute that is not of this library is in OpenTelemetry's registry.
fn check_names(spans: &[SpanData]) {
    let known = BTreeSet::from([
        semconv::ERROR_TYPE,
        semconv::MESSAGING_DESTINATION_NAME,
        semconv::MESSAGING_MESSAGE_ID,
        semconv::MESSAGING_OPERATION_NAME,
        semconv::MESSAGING_OPERATION_TYPE,
        semconv::MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY,
        semconv::MESSAGING_SYSTEM,
        semconv::NETWORK_PEER_ADDRESS,
        semconv::NETWORK_PEER_PORT,
        semconv::RPC_METHOD,
        semconv::RPC_RESPONSE_STATUS_CODE,
        semconv::RPC_SYSTEM_NAME,
    ]);
    // `tracing-opentelemetry` adds where in the source a span begins, and in which thread.
    let of_tracing = ["code.", "thread.", "busy_ns", "idle_ns", "target"];
    for pair in spans.iter().flat_map(|span| &span.attributes) {
        let name = pair.key.as_str();
        let is_known = known.contains(name) || of_tracing.iter().any(|own| name.starts_with(own));
        assert!(is_known, "{name} is not in the registry");
    }
}

async fn a_fault_is_in_the_span_and_a_refusal_is_none(wire: Wire) {
    let recorder = Recorder::new();
    let relay = open(wire, server()).await;
    let fail = "traces.v1.Relay/Fail";
    relay.fail(false).await.expect_err("refused");
    let client = recorder.client(wire, fail).await;
    let server = recorder.server(&client, fail).await;
    assert_eq!(attribute(&server, semconv::RPC_RESPONSE_STATUS_CODE).as_deref(), Some("NOT_FOUND"));
    assert_eq!(attribute(&server, semconv::ERROR_TYPE), None);
    assert_eq!(server.status, opentelemetry::trace::Status::Unset);
    // A caller could not do what it wanted.
    assert_eq!(attribute(&client, semconv::ERROR_TYPE).as_deref(), Some("NOT_FOUND"));
    recorder.spans.reset();
    relay.fail(true).await.expect_err("broken");
    let client = recorder.client(wire, fail).await;
    let server = recorder.server(&client, fail).await;
    assert_eq!(attribute(&server, semconv::ERROR_TYPE).as_deref(), Some("INTERNAL"));
    assert_eq!(server.status, opentelemetry::trace::Status::error("derailed"));
}

async fn a_stream_is_a_span_until_its_last_item(wire: Wire) {
    let recorder = Recorder::new();
    let relay = open(wire, server()).await;
    let count = "traces.v1.Relay/Count";
    let mut items = relay.count(3).await.expect("a stream");
    assert_eq!(items.next().await, Ok(Some(0)));
    let ended = recorder.spans.get_finished_spans().expect("spans");
    assert!(ended.iter().all(|span| span.span_kind != SpanKind::Client), "{ended:?}");
    assert_eq!(items.collect().await, Ok(vec![1, 2]));
    let client = recorder.client(wire, count).await;
    let server = recorder.server(&client, count).await;
    assert_eq!(client.span_context.span_id(), server.parent_span_id);
}

async fn a_call_of_a_handler_is_a_child_of_its_span(wire: Wire) {
    let recorder = Recorder::new();
    let relay = open(wire, server()).await;
    assert_eq!(relay.onward().await.as_deref(), Ok("passed"));
    let onward = "traces.v1.Relay/Onward";
    let first = recorder.client(wire, onward).await;
    let outer = recorder.server(&first, onward).await;
    let trace = first.span_context.trace_id();
    let of_trace =
        |span: &SpanData| span.span_kind == SpanKind::Client && span.span_context.trace_id() == trace;
    let client = recorder.span(of_trace, PASS).await;
    let inner = recorder.server(&first, PASS).await;
    assert_eq!(client.parent_span_id, outer.span_context.span_id());
    assert_eq!(inner.parent_span_id, client.span_context.span_id());
    assert_eq!(inner.span_context.trace_id(), outer.span_context.trace_id());
}

/// A request that nothing serves is a span too, with a name that callers do not choose.
#[tokio::test]
async fn a_request_for_nothing_is_a_span() {
    let recorder = Recorder::new();
    let address = serve(server()).await;
    get(address, "/nothing/12345", None).await;
    let span = recorder.span(|_| true, "_OTHER").await;
    assert_eq!(span.name, "_OTHER");
    assert!(!format!("{:?}", span.attributes).contains("12345"));
}

/// A channel of several addresses tells the wire that it is over.
#[tokio::test]
async fn a_client_of_several_addresses_names_its_wire() {
    let (recorder, address) = (Recorder::new(), serve(server()).await);
    let endpoint = Endpoint::new(format!("ws://{address}")).addresses([address.to_string()]);
    let endpoint = endpoint.breaker(polywire::Breaker::default()).interceptor(Spans::client());
    let relay = RelayClient::from_caller(Caller::connect(endpoint).await.expect("a connection"));
    assert_eq!(relay.pass().await.as_deref(), Ok("passed"));
    recorder.client(Wire::WebSocketJson, PASS).await;
}

/// Sends a GET, and reads the answer to its end.
async fn get(address: SocketAddr, path: &str, trace: Option<&str>) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("a server");
    let trace = trace.map_or(String::new(), |trace| format!("traceparent: {trace}\r\n"));
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n{trace}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

#[service(package = "traces.v1")]
pub trait Shop {
    #[http(POST "/orders")]
    async fn order(&self) -> Result<()>;
    /// The stock is asked over gRPC, and orders the packing.
    async fn reserve(&self) -> Result<()>;
    #[amqp(task, queue = "traces.pack")]
    async fn pack(&self) -> Result<()>;
    async fn label(&self) -> Result<Streaming<String>>;
}

/// Each method calls the next one over another wire.
#[derive(Default)]
struct Store {
    grpc: Option<ShopClient>,
    queue: Option<ShopClient>,
    socket: Option<ShopClient>,
    labels: Arc<Mutex<Vec<String>>>,
}

fn wired(client: Option<&ShopClient>) -> Result<&ShopClient> {
    client.ok_or_else(|| Status::internal("this station has no such wire"))
}

impl Shop for Store {
    async fn order(&self) -> Result<()> {
        wired(self.grpc.as_ref())?.reserve().await
    }
    async fn reserve(&self) -> Result<()> {
        wired(self.queue.as_ref())?.pack().await
    }
    async fn pack(&self) -> Result<()> {
        let labels = wired(self.socket.as_ref())?.label().await?.collect().await?;
        self.labels.lock().expect("no panic").extend(labels);
        Ok(())
    }
    async fn label(&self) -> Result<Streaming<String>> {
        Ok(Streaming::from_items(["fragile".to_owned()]))
    }
}

/// A collector of OTLP over HTTP, on a thread of its own: the exporter waits for it.
fn collector() -> (SocketAddr, Arc<Mutex<Vec<Span>>>) {
    let spans = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&spans);
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            tell.send(listener.local_addr().expect("an address")).expect("somebody waits");
            let take = move |body: Bytes| {
                let request = ExportTraceServiceRequest::decode(body).expect("OTLP");
                let resources = request.resource_spans.into_iter();
                let found = resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans);
                taken.lock().expect("no panic").extend(found);
                std::future::ready(())
            };
            let router = axum::Router::new().route("/v1/traces", axum::routing::post(take));
            axum::serve(listener, router).await
        })
    });
    (told.recv().expect("an address"), spans)
}

fn text(span: &Span, name: &str) -> String {
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    let found = span.attributes.iter().find(|pair| pair.key == name);
    match found.and_then(|pair| pair.value.as_ref()?.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        _ => String::new(),
    }
}

/// REST, then gRPC, then a task over a broker, then an item over a WebSocket: one trace, seen whole by a collector.
async fn one_trace_over_four_wires(broker: String) {
    let (collector, spans) = collector();
    // The HTTP client of the exporter has a runtime of its own, which must not begin inside of another.
    let provider = std::thread::spawn(move || {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("http://{collector}/v1/traces"))
            .build()
            .expect("an exporter");
        SdkTracerProvider::builder().with_batch_exporter(exporter).build()
    });
    let provider = provider.join().expect("a provider");
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("shop"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let labels = Arc::new(Mutex::new(Vec::new()));
    let serve_store = async |store: Store, broker: Option<&str>| {
        let server = Server::new().service(ShopServer::new(store)).interceptor(Spans::server());
        serve(if let Some(broker) = broker { server.amqp(broker) } else { server }).await
    };
    let client = async |url: String| {
        let endpoint = Endpoint::new(url).interceptor(Spans::client());
        Some(ShopClient::from_caller(Caller::connect(endpoint).await.expect("a connection")))
    };
    let press = serve_store(Store::default(), None).await;
    let socket = client(format!("ws://{press}")).await;
    let packer = Store { socket, labels: Arc::clone(&labels), ..Store::default() };
    serve_store(packer, Some(&broker)).await;
    let stock = serve_store(Store { queue: client(broker.clone()).await, ..Store::default() }, None).await;
    let front = Store { grpc: client(format!("grpc://{stock}")).await, ..Store::default() };
    let front = serve_store(front, None).await;

    // A task that an earlier run left behind has another trace.
    let begun = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let trace = format!("{:032x}", begun.as_nanos());
    let request = format!(
        "POST /orders HTTP/1.1\r\nhost: a\r\ntraceparent: 00-{trace}-00f067aa0be902b7-01\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let answer = post(front, &request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    until("the label", async || !labels.lock().expect("no panic").is_empty()).await;

    let mut mine: Vec<Span> = Vec::new();
    until("seven spans", async || {
        let flushed = provider.clone();
        let flushed = tokio::task::spawn_blocking(move || flushed.force_flush()).await.expect("no panic");
        flushed.expect("the collector takes them");
        let of_trace = |span: &&Span| {
            span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == trace
        };
        mine = spans.lock().expect("no panic").iter().filter(of_trace).cloned().collect();
        mine.len() == 7
    })
    .await;

    // From the label back to the order, each span is the child of the one before.
    let find = |kind: i32, method: &str| {
        let is_it = |span: &&Span| {
            span.kind == kind && text(span, "rpc.method") == format!("traces.v1.Shop/{method}")
        };
        mine.iter().find(is_it).unwrap_or_else(|| panic!("no span {kind} of {method}: {mine:#?}"))
    };
    // SERVER 2, CLIENT 3, PRODUCER 4, CONSUMER 5.
    let chain =
        [(2, "Order"), (3, "Reserve"), (2, "Reserve"), (4, "Pack"), (5, "Pack"), (3, "Label"), (2, "Label")];
    let chain = chain.map(|(kind, method)| find(kind, method));
    for pair in chain.windows(2) {
        assert_eq!(pair[1].parent_span_id, pair[0].span_id, "{} after {}", pair[1].name, pair[0].name);
    }
    let [order, _, reserve, send, process, .., label] = chain;
    assert_eq!(text(order, "rpc.system.name"), "http");
    assert_eq!(text(reserve, "rpc.system.name"), "grpc");
    assert_eq!(text(label, "rpc.system.name"), "websocket");
    assert_eq!((process.name.as_str(), process.links.len()), ("process traces.pack", 1));
    assert_eq!(process.links[0].span_id, send.span_id);
    let system = if broker.starts_with("memory") { "memory" } else { "rabbitmq" };
    assert_eq!(text(process, "messaging.system"), system);
    assert_eq!(text(process, "messaging.destination.name"), "traces.pack");
    assert_eq!(text(process, "messaging.operation.type"), "process");
    assert!(!text(process, "messaging.message.id").is_empty());
    std::thread::spawn(move || drop(provider)).join().expect("it ends");
}

async fn post(address: SocketAddr, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("a server");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

#[tokio::test]
async fn one_trace_over_four_wires_in_memory() {
    one_trace_over_four_wires(broker()).await;
}

#[tokio::test]
async fn one_trace_over_four_wires_by_rabbitmq() {
    let url = std::env::var("AMQP_URL")
        .expect("AMQP_URL names a RabbitMQ: run scripts/test, or scripts/rabbitmq start");
    one_trace_over_four_wires(url).await;
}
