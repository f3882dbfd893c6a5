//! [`Metrics`]: numbers for Prometheus.

mod calls;
mod clients;
#[cfg(feature = "_queue")]
mod queues;

use crate::call::interceptor::Interceptor;
use crate::channel::ClientStats;
#[cfg(feature = "_queue")]
use crate::waist::queue_stats::QueueStats;
use calls::Measured;
use prometheus_client::encoding::{prometheus_text, text};
use prometheus_client::registry::Registry;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The content type of OpenMetrics' text format.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counts calls, for Prometheus: their number, their codes and their times, by OpenTelemetry's names for RPC (semantic
/// conventions 1.45).
///
/// | metric | labels |
/// |---|---|
/// | `rpc_server_call_duration_seconds` (histogram) | `rpc_system_name`, `rpc_method`, `rpc_response_status_code` |
/// | `rpc_client_call_duration_seconds` (histogram) | the same |
/// | `polywire_server_calls`, `polywire_client_calls` (gauge: those that run) | `rpc_system_name`, `rpc_method` |
/// | `polywire_server_refused` (counter: requests without a call; an unknown method is `_OTHER`) | as of the durations |
/// | `polywire_client_…` (attempts, hedges, hedges won, ejections, refusals, waiting, breaker, addresses) | `url` |
/// | `polywire_queue_…` (waiting, deliveries, redeliveries, retries, dead letters, expired, age) | `broker`, `queue` |
///
/// A label has as many values as the schema has methods, wires and codes, and never what a caller wrote. A stream ends with
/// its last item. `Operation::metrics` serves them at `/metrics`.
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
/// assert!(metrics.text().contains(r#"rpc_method="books.v1.BookService/Title""#));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Metrics {
    server: Measured,
    client: Measured,
    registry: Arc<Mutex<Registry>>,
    clients: clients::Clients,
    #[cfg(feature = "_queue")]
    queues: queues::Queues,
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

impl Metrics {
    /// Makes numbers that are all zero.
    #[must_use]
    pub fn new() -> Self {
        let (server, client) = (Measured::new("server"), Measured::new("client"));
        let mut registry = Registry::default();
        registry.register_collector(Box::new(server.clone()));
        registry.register_collector(Box::new(client.clone()));
        let clients = clients::Clients::default();
        registry.register_collector(Box::new(clients.clone()));
        #[cfg(feature = "_queue")]
        let queues = queues::Queues::default();
        #[cfg(feature = "_queue")]
        registry.register_collector(Box::new(queues.clone()));
        Self {
            server,
            client,
            registry: Arc::new(Mutex::new(registry)),
            clients,
            #[cfg(feature = "_queue")]
            queues,
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
        self.queues.add(stats);
    }

    /// Shows the numbers of clients too, by the URL of each.
    ///
    /// ```
    /// use polywire::layers::Metrics;
    /// use polywire::{ClientStats, Endpoint, Hedge};
    /// let (metrics, stats) = (Metrics::new(), ClientStats::default());
    /// metrics.add_clients(stats.clone());
    /// let endpoint = Endpoint::new("grpc://books.internal").hedge(Hedge::default()).stats(&stats);
    /// assert!(metrics.text().contains("# TYPE polywire_client_hedges counter"));
    /// # drop(endpoint);
    /// ```
    pub fn add_clients(&self, stats: ClientStats) {
        self.clients.add(stats);
    }

    /// Adds metrics of the program's own.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The numbers in OpenMetrics' text format, with the content type
    /// `application/openmetrics-text; version=1.0.0; charset=utf-8`.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_for(OPENMETRICS).1
    }

    /// The content type and the text for a scraper with this `Accept`: OpenMetrics if it prefers that by name, otherwise
    /// Prometheus' own text format (0.0.4).
    ///
    /// ```
    /// let metrics = polywire::layers::Metrics::new();
    /// let (content_type, _) = metrics.text_for("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    /// assert!(content_type.starts_with("application/openmetrics-text"));
    /// let (content_type, _) = metrics.text_for("*/*");
    /// assert!(content_type.starts_with("text/plain"));
    /// ```
    #[must_use]
    pub fn text_for(&self, accept: &str) -> (&'static str, String) {
        let mut written = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        // A string takes everything, so neither can fail.
        if prefers_openmetrics(accept) {
            let _ = text::encode(&mut written, &registry);
            (OPENMETRICS, written)
        } else {
            let _ = prometheus_text::encode(&mut written, &registry);
            (prometheus_text::CONTENT_TYPE, written)
        }
    }
}

/// Whether an `Accept` ranks OpenMetrics above plain text. A version that is not ours does not count.
fn prefers_openmetrics(accept: &str) -> bool {
    let mut best = (0.0, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let (mut quality, mut is_ours) = (1.0, true);
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name.to_ascii_lowercase().as_str() {
                "q" => quality = value.parse::<f64>().unwrap_or(0.0),
                "version" => is_ours = value.trim_matches('"') == "1.0.0",
                _ => {}
            }
        }
        match media.as_str() {
            "application/openmetrics-text" if is_ours => best.0 = f64::max(best.0, quality),
            "text/plain" | "text/*" | "*/*" => best.1 = f64::max(best.1, quality),
            _ => {}
        }
    }
    best.0 > 0.0 && best.0 >= best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openmetrics_is_for_those_who_prefer_it_by_name() {
        let prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        for (accept, preferred) in [
            (prometheus, true),
            ("application/openmetrics-text", true),
            ("Application/OpenMetrics-Text; charset=utf-8; version=\"1.0.0\"", true),
            ("text/plain;q=0.9, application/openmetrics-text;version=1.0.0;q=0.8", false),
            ("application/openmetrics-text;q=0", false),
            ("application/openmetrics-text;version=2.0.0", false),
            ("application/openmetrics-text;q=x", false),
            ("text/plain", false),
            ("*/*", false),
            ("", false),
            (",;=,;q", false),
        ] {
            assert_eq!(prefers_openmetrics(accept), preferred, "{accept}");
        }
    }

    #[cfg(feature = "memory")]
    #[test]
    fn the_labels_of_queues_are_escaped() {
        let (metrics, stats) = (Metrics::new(), QueueStats::default());
        stats.meter("memory:", "a\"b\\c\nd").delivery(false, 1_500);
        metrics.add_queues(stats);
        let text = metrics.text();
        let row = r#"polywire_queue_deliveries_total{broker="memory:",queue="a\"b\\c\nd"} 1"#;
        assert!(text.contains(row) && text.ends_with("# EOF\n"), "{text}");
        assert!(text.contains("# UNIT polywire_queue_age_seconds seconds\n"), "{text}");
        assert!(!text.contains("polywire_queue_waiting{"), "nobody knows it yet: {text}");
    }
}
