//! The choice of a broker by its URL: RabbitMQ, or the one in memory.

use super::broker::Broker;
use crate::call::context::Transport;
use crate::call::status::{Result, Status};
use crate::channel::Endpoint;
use crate::channel::url;
use std::sync::Arc;

/// The broker that a URL names, and the transport that its calls report.
pub(super) fn open(endpoint: &Endpoint) -> Result<(Arc<dyn Broker>, Transport)> {
    endpoint.refuse_balanced()?;
    let url = &endpoint.url;
    if let Some(name) = url::after_scheme(url.as_written(), "memory") {
        return memory(name);
    }
    #[cfg(feature = "amqp")]
    if matches!(url::scheme(url.as_written()).as_str(), "amqp" | "amqps") {
        return Ok((Arc::new(super::rabbit::Rabbit::new(endpoint)?), Transport::Amqp));
    }
    Err(Status::invalid_argument(format!(
        "no broker for `{url}`: use amqp://host:port or memory:, and enable the feature of the same name"
    )))
}

#[cfg(feature = "memory")]
fn memory(name: &str) -> Result<(Arc<dyn Broker>, Transport)> {
    let broker = super::memory::MemoryBroker::named(name.trim_start_matches('/'));
    Ok((broker.broker(), Transport::Memory))
}

#[cfg(not(feature = "memory"))]
fn memory(_: &str) -> Result<(Arc<dyn Broker>, Transport)> {
    Err(Status::invalid_argument("no broker for `memory:`: enable the feature `memory`"))
}
