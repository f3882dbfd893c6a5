//! The numbers of calls: an interceptor that counts, and a collector that shows the counts.
//!
//! A scrape copies the handles of the numbers under the lock, and writes the text without it. So a call waits for a
//! scrape no longer than that copy takes, however long the text is.

use crate::call::context::{Context, Transport};
use crate::call::interceptor::{Interceptor, Outcome, Refused};
use crate::call::spec::Method;
use crate::call::status::{Code, Result, Status};
use futures_core::future::BoxFuture;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, LabelSetEncoder};
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Unit;
use std::collections::HashMap;
use std::fmt;
use std::future::ready;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

/// The bounds that OpenTelemetry advises for `rpc.server.call.duration`, in seconds.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The calls of one side. Clones share the numbers.
#[derive(Clone, Debug)]
pub(super) struct Measured(Arc<Numbers>);

#[derive(Debug)]
struct Numbers {
    /// `server` or `client`.
    side: &'static str,
    durations: Table<Ended, Histogram>,
    running: Table<Begun, Gauge>,
    refused: Table<Ended, Counter>,
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

/// Numbers by their labels.
#[derive(Debug)]
struct Table<L, N>(RwLock<HashMap<L, N>>);

impl<L: Clone + Eq + Hash, N: Clone> Table<L, N> {
    fn new() -> Self {
        Self(RwLock::new(HashMap::new()))
    }

    /// Changes the number with these labels.
    fn with(&self, labels: L, make: fn() -> N, change: impl FnOnce(&N)) {
        if let Some(number) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&labels) {
            return change(number);
        }
        change(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(labels).or_insert_with(make));
    }

    /// Handles of all numbers.
    fn all(&self) -> Vec<(L, N)> {
        let table = self.0.read().unwrap_or_else(PoisonError::into_inner);
        table.iter().map(|(labels, number)| (labels.clone(), number.clone())).collect()
    }
}

impl<L: Clone + Eq + Hash + EncodeLabelSet, N: Clone + EncodeMetric + TypedMetric> Table<L, N> {
    fn encode(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        (name, help, unit): (&str, &str, Option<&Unit>),
    ) -> fmt::Result {
        let mut family = encoder.encode_descriptor(name, help, unit, N::TYPE)?;
        self.all().iter().try_for_each(|(labels, number)| number.encode(family.encode_family(labels)?))
    }
}

fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

impl Measured {
    pub(super) fn new(side: &'static str) -> Self {
        Self(Arc::new(Numbers {
            side,
            durations: Table::new(),
            running: Table::new(),
            refused: Table::new(),
        }))
    }
}

impl Collector for Measured {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Numbers { side, durations, running, refused } = &*self.0;
        let name = format!("rpc_{side}_call_duration");
        let help = "The time of calls, from their first byte to their end";
        durations.encode(&mut encoder, (&name, help, Some(&Unit::Seconds)))?;
        running.encode(&mut encoder, (&format!("polywire_{side}_calls"), "The calls that run", None))?;
        let help = "Requests that were refused before a method was called";
        refused.encode(&mut encoder, (&format!("polywire_{side}_refused"), help, None))
    }
}

fn begun(cx: &Context, method: &'static Method) -> Begun {
    Begun { system: system(cx.transport()), method: method.full_name() }
}

impl Interceptor for Measured {
    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        self.0.running.with(begun(&cx, method), Gauge::default, |running| _ = running.inc());
        Box::pin(ready(Ok(cx)))
    }

    fn refused(&self, refused: &Refused<'_>) {
        let method = refused.method.map_or("_OTHER", Method::full_name);
        let begun = Begun { system: system(refused.transport), method };
        let code = Some(refused.status.code());
        self.0.refused.with(Ended { begun, code }, Counter::default, |refused| _ = refused.inc());
    }

    fn after(&self, cx: &Context, method: &'static Method, outcome: &Outcome<'_>) {
        let begun = begun(cx, method);
        self.0.running.with(begun.clone(), Gauge::default, |running| _ = running.dec());
        let code = outcome.error.map(Status::code);
        let seconds = outcome.elapsed.as_secs_f64();
        self.0.durations.with(Ended { begun, code }, histogram, |durations| durations.observe(seconds));
    }
}
