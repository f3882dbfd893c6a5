//! [`Metrics`]: numbers for Prometheus.

use crate::call::context::{Context, Transport};
use crate::call::interceptor::{Interceptor, Outcome};
use crate::call::spec::Method;
use crate::call::status::{Code, Result, Status};
#[cfg(feature = "_queue")]
use crate::waist::queue_stats::QueueStats;
use futures_core::future::BoxFuture;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

/// The bounds that OpenTelemetry advises for `rpc.server.call.duration`, in seconds.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Counts calls, for Prometheus: their number, their codes and their times, by OpenTelemetry's names for RPC (semantic
/// conventions 1.45).
///
/// | metric | labels |
/// |---|---|
/// | `rpc_server_call_duration_seconds` (histogram) | `rpc_system_name`, `rpc_method`, `rpc_response_status_code` |
/// | `rpc_client_call_duration_seconds` (histogram) | the same |
/// | `polywire_server_calls`, `polywire_client_calls` (gauge: those that run) | `rpc_system_name`, `rpc_method` |
/// | `polywire_queue_…` (waiting, deliveries, redeliveries, retries, dead letters, expired, age) | `broker`, `queue` |
///
/// A label has as many values as the schema has methods, wires and codes, and never what a caller wrote. A stream ends with
/// its last item.
///
/// ```
/// use polywire::layers::Metrics;
/// use polywire::{Caller, Result, Server, service};
///
/// #[service(package = "books.v1")]
/// pub trait BookService {
///     async fn title(&self, id: i32) -> Result<String>;
/// }
/// # struct Shelf;
/// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let metrics = Metrics::new();
/// let server = Server::new().service(BookServiceServer::new(Shelf)).interceptor(metrics.server());
/// let books = BookServiceClient::from_caller(Caller::new(server.into_local()));
/// books.title(7).await?;
/// assert!(metrics.text().contains(r#"rpc_method="books.v1.BookService/Title""#)); // serve this at /metrics
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Metrics {
    server: Measured,
    client: Measured,
    registry: Arc<Mutex<Registry>>,
    #[cfg(feature = "_queue")]
    queues: Arc<Mutex<Vec<QueueStats>>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// The calls of one side.
#[derive(Clone)]
struct Measured {
    durations: Family<Ended, Histogram, fn() -> Histogram>,
    running: Family<Begun, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Begun {
    system: &'static str,
    method: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Ended {
    begun: Begun,
    /// `None` of a call that succeeded.
    code: Option<Code>,
}

impl EncodeLabelSet for Begun {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        [("rpc_system_name", self.system), ("rpc_method", self.method)].encode(encoder)
    }
}

impl EncodeLabelSet for Ended {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        let Begun { system, method } = self.begun;
        let code = self.code.map_or_else(|| "OK".to_owned(), |code| code.as_str().to_ascii_uppercase());
        [("rpc_system_name", system), ("rpc_method", method), ("rpc_response_status_code", &code)]
            .encode(encoder)
    }
}

/// The name of a wire as `rpc.system.name`.
fn system(transport: Transport) -> &'static str {
    match transport {
        Transport::Grpc | Transport::GrpcWeb => "grpc",
        Transport::Connect => "connectrpc",
        Transport::Http => "http",
        Transport::WebSocket => "websocket",
        Transport::Amqp => "amqp",
        Transport::Memory => "memory",
        Transport::Local => "local",
    }
}

fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

impl Measured {
    fn new() -> Self {
        Self { durations: Family::new_with_constructor(histogram), running: Family::default() }
    }

    fn register(&self, side: &str, registry: &mut Registry) {
        registry.register_with_unit(
            format!("rpc_{side}_call_duration"),
            "The time of calls, from their first byte to their end",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register(format!("polywire_{side}_calls"), "The calls that run", self.running.clone());
    }
}

fn begun(cx: &Context, method: &'static Method) -> Begun {
    Begun { system: system(cx.transport()), method: method.full_name() }
}

impl Interceptor for Measured {
    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        self.running.get_or_create(&begun(&cx, method)).inc();
        Box::pin(ready(Ok(cx)))
    }

    fn after(&self, cx: &Context, method: &'static Method, outcome: &Outcome<'_>) {
        let begun = begun(cx, method);
        self.running.get_or_create(&begun).dec();
        let code = outcome.error.map(Status::code);
        self.durations.get_or_create(&Ended { begun, code }).observe(outcome.elapsed.as_secs_f64());
    }
}

impl Metrics {
    /// Makes numbers that are all zero.
    #[must_use]
    pub fn new() -> Self {
        let (server, client, mut registry) = (Measured::new(), Measured::new(), Registry::default());
        server.register("server", &mut registry);
        client.register("client", &mut registry);
        Self {
            server,
            client,
            registry: Arc::new(Mutex::new(registry)),
            #[cfg(feature = "_queue")]
            queues: Arc::default(),
        }
    }

    /// The interceptor of a server.
    pub fn server(&self) -> impl Interceptor + use<> {
        self.server.clone()
    }

    /// The interceptor of a client.
    pub fn client(&self) -> impl Interceptor + use<> {
        self.client.clone()
    }

    /// Shows the numbers of a server's queues too.
    #[cfg(feature = "_queue")]
    pub fn add_queues(&self, stats: QueueStats) {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).push(stats);
    }

    /// Adds metrics of the program's own.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The numbers in OpenMetrics' text format, with the content type
    /// `application/openmetrics-text; version=1.0.0; charset=utf-8`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        #[cfg(feature = "_queue")]
        self.write_queues(&mut text);
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        // A string takes everything.
        let _ = encode(&mut text, &registry);
        text
    }

    /// Writes the numbers of the queues, before the end mark that the registry writes.
    #[cfg(feature = "_queue")]
    fn write_queues(&self, text: &mut String) {
        use crate::waist::queue_stats::QueueReading;
        type Row = (&'static str, &'static str, &'static str, fn(&QueueReading) -> Option<f64>);
        #[allow(clippy::cast_precision_loss, reason = "no queue counts beyond 2^53")]
        const ROWS: [Row; 7] = [
            ("polywire_queue_waiting", "gauge", "Messages that wait at the broker", |q| {
                q.waiting.map(|n| n as f64)
            }),
            ("polywire_queue_deliveries", "counter", "Deliveries taken", |q| Some(q.delivered as f64)),
            ("polywire_queue_redeliveries", "counter", "Deliveries of a message that came before", |q| {
                Some(q.redelivered as f64)
            }),
            ("polywire_queue_retries", "counter", "Failures that another attempt followed", |q| {
                Some(q.retried as f64)
            }),
            ("polywire_queue_dead_letters", "counter", "Messages given up", |q| Some(q.dead_lettered as f64)),
            ("polywire_queue_expired", "counter", "Messages too late to run", |q| Some(q.expired as f64)),
            ("polywire_queue_age_seconds", "gauge", "The age of the last message at its delivery", |q| {
                q.age.map(|age| age.as_secs_f64())
            }),
        ];
        let all = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let readings: Vec<QueueReading> = all.iter().flat_map(QueueStats::queues).collect();
        for (name, kind, help, value) in ROWS {
            text.push_str(&format!("# HELP {name} {help}.\n# TYPE {name} {kind}\n"));
            let suffix = if kind == "counter" { "_total" } else { "" };
            for reading in &readings {
                if let Some(value) = value(reading) {
                    let (broker, queue) = (escaped(&reading.broker), escaped(&reading.name));
                    text.push_str(&format!(
                        "{name}{suffix}{{broker=\"{broker}\",queue=\"{queue}\"}} {value}\n"
                    ));
                }
            }
        }
    }
}

/// The value of a label.
#[cfg(feature = "_queue")]
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
