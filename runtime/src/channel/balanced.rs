//! A channel of several channels, one for each address. It stands above the wires, so gRPC, gRPC-Web, Connect and
//! WebSocket have the same choice of an address, ejection, breaker, concurrency limit and hedging.
//!
//! A client without these options has none of it: its channel is the wire's own. Here a call passes [`gate`] (a place),
//! [`circuit`] (whether to ask at all), retries or [`hedged`] (how often), and [`peers`] (whom).

mod circuit;
mod gate;
mod health;
mod hedged;
mod held;
mod peer;
mod peers;
mod stats;

pub use stats::{AddressReading, ClientReading, ClientStats};

use super::retries::{Retries, is_safe};
use super::{Channel, Endpoint, Hedge, Payload};
use crate::call::context::{Context, Transport};
use crate::call::input::{Codec, Reply};
use crate::call::spec::Method;
use crate::call::status::Result;
use circuit::Circuit;
use futures_core::future::BoxFuture;
use gate::Gate;
use held::Held;
use peers::Peers;
use polywire_codegen::model::Shape;
use stats::Counters;
use std::sync::Arc;

/// The channel of one address.
pub(crate) trait Single: Channel {
    /// Whether a call would find the server, by what is known now.
    fn is_up(&self) -> bool;

    /// Connects, unless there is a connection. After a failure it waits as long as the wire pauses.
    fn open(&self) -> BoxFuture<'static, Result<()>>;
}

/// Makes the channel of an endpoint that has one address. It connects to nobody yet.
pub(crate) type Make = fn(Endpoint) -> BoxFuture<'static, Result<Arc<dyn Single>>>;

/// Opens a balanced channel. Unless it is lazy, it waits for the first connection.
///
/// # Errors
/// `invalid_argument` for a malformed URL or address, `unavailable` when there is no address or nobody answers.
pub(crate) async fn connect(endpoint: Endpoint, make: Make) -> Result<Arc<dyn Channel>> {
    let is_lazy = endpoint.http.lazy;
    let options = endpoint.resilience.clone();
    let peers = Peers::new(&endpoint, make).await?;
    if !is_lazy {
        peers.ready().await?;
    }
    let inner = Arc::new(Inner {
        url: endpoint.url.to_string(),
        retries: Retries::new(endpoint.http.retry, |_| false),
        hedge: options.hedge,
        gate: options.concurrency.map(Gate::new),
        circuit: options.breaker.map(Circuit::new),
        counters: Counters::default(),
        peers,
    });
    if let Some(stats) = options.stats {
        stats.add(&inner);
    }
    Ok(Arc::new(Balanced(inner)))
}

/// The channel to the servers behind a URL.
struct Balanced(Arc<Inner>);

struct Inner {
    url: String,
    peers: Peers,
    retries: Retries,
    hedge: Option<Hedge>,
    gate: Option<Gate>,
    circuit: Option<Circuit>,
    counters: Counters,
}

impl Inner {
    async fn call(
        self: Arc<Self>,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> Result<Payload> {
        let place = match &self.gate {
            Some(gate) => Some(gate.enter().await.inspect_err(|_| self.counters.refused_by_limit())?),
            None => None,
        };
        let trial = match &self.circuit {
            Some(circuit) => {
                let deadline = cx.deadline();
                Some(circuit.admit(deadline).inspect_err(|_| self.counters.refused_by_breaker())?)
            }
            None => None,
        };
        self.counters.called();
        let result = match (request, &self.hedge) {
            (Payload::One(message), Some(hedge)) if method.shape() == Shape::Unary && is_safe(method) => {
                hedged::run(&self, hedge, method, &cx, message).await
            }
            (Payload::One(message), _) => {
                let attempt = |cx| self.attempt(method, cx, Payload::One(message.clone()), None);
                self.retries.run(method, cx, attempt).await
            }
            (requests @ Payload::Many(_), _) => self.attempt(method, cx, requests, None).await,
        };
        if let Some(trial) = trial {
            trial.end(&result);
        }
        Ok(match (result?, place) {
            (Payload::Many(items), Some(place)) => Payload::Many(Box::pin(Held::new(items, place))),
            (answer, _) => answer,
        })
    }

    /// Makes an attempt at one address. If the call cannot leave, it goes to the next one.
    async fn attempt(
        &self,
        method: &'static Method,
        cx: Context,
        mut request: Payload,
        asked: Option<&hedged::Asked>,
    ) -> Result<Payload> {
        self.counters.attempted();
        let mut tries = self.peers.count();
        loop {
            let mut lease = self.peers.pick(cx.deadline(), asked).await?;
            let (sent, kept) = match request {
                Payload::One(message) => (Payload::One(message.clone()), Some(message)),
                requests @ Payload::Many(_) => (requests, None),
            };
            let status = match lease.wire().call(method, cx.clone(), sent).await {
                Ok(answer) => {
                    lease.succeeded();
                    return Ok(match answer {
                        Payload::One(message) => Payload::One(message),
                        Payload::Many(items) => Payload::Many(Box::pin(Held::new(items, lease))),
                    });
                }
                Err(status) if status.is_unsent() => {
                    self.peers.lost(lease, &status);
                    status
                }
                Err(status) => {
                    lease.failed(status.code());
                    return Err(status);
                }
            };
            request = match kept {
                Some(message) if tries > 0 => Payload::One(message),
                _ => return Err(status),
            };
            tries -= 1;
        }
    }
}

impl Channel for Balanced {
    fn codec(&self) -> Codec {
        self.0.peers.pattern().codec()
    }

    fn transport(&self) -> Transport {
        self.0.peers.pattern().transport()
    }

    fn form(&self, method: &'static Method) -> Reply {
        self.0.peers.pattern().form(method)
    }

    fn call(
        &self,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        Box::pin(Arc::clone(&self.0).call(method, cx, request))
    }
}
