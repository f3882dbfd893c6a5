//! AMQP 0-9-1: tasks, events and calls through a broker. It works the same over RabbitMQ and over the broker
//! in memory.
//!
//! `broker` states in three small traits what polywire needs of a broker. `rabbit` (lapin) and `memory`
//! implement them. Everything else is written once over these traits.
//!
//! A server uses `serve` (connections) → `consumer` (one queue: deliveries in, acknowledgements out) → `work`
//! (one delivery) → `publisher`, `replier`. A client uses `channel` → `publisher`, `calls`.

mod acks;
pub(crate) mod broker;
mod calls;
pub(crate) mod channel;
mod consumer;
mod dial;
#[cfg(feature = "fuzzing")]
pub(in crate::transport) mod fuzzing;
mod health;
mod ids;
pub(crate) mod letters;
#[cfg(feature = "memory")]
pub(crate) mod memory;
mod outcome;
pub(crate) mod properties;
mod publisher;
#[cfg(feature = "amqp")]
pub(crate) mod rabbit;
mod replier;
mod retry;
mod serve;
mod stream;
mod subscription;
mod topology;
mod wire;
mod work;

#[cfg(test)]
mod behaviour;
#[cfg(test)]
mod contract;
#[cfg(all(test, feature = "amqp", feature = "tls"))]
mod secure;

use crate::call::context::Transport;
use crate::call::status::{Result, Status};
use crate::channel::Endpoint;
use crate::channel::url;
use broker::Broker;
pub(crate) use serve::serve;
use std::sync::Arc;

/// The broker that a URL names, and the transport that its calls report.
fn open(endpoint: &Endpoint) -> Result<(Arc<dyn Broker>, Transport)> {
    let url = &endpoint.url;
    if let Some(name) = url::after_scheme(url.as_written(), "memory") {
        return memory(name);
    }
    #[cfg(feature = "amqp")]
    if matches!(url::scheme(url.as_written()).as_str(), "amqp" | "amqps") {
        return Ok((Arc::new(rabbit::Rabbit::new(endpoint)?), Transport::Amqp));
    }
    Err(Status::invalid_argument(format!(
        "no broker for `{url}`: use amqp://host:port or memory:, and enable its feature"
    )))
}

#[cfg(feature = "memory")]
fn memory(name: &str) -> Result<(Arc<dyn Broker>, Transport)> {
    let broker = crate::transport::amqp::memory::MemoryBroker::named(name.trim_start_matches('/'));
    Ok((broker.broker(), Transport::Memory))
}

#[cfg(not(feature = "memory"))]
fn memory(_: &str) -> Result<(Arc<dyn Broker>, Transport)> {
    Err(Status::invalid_argument("no broker for `memory:`: enable the feature `memory`"))
}
