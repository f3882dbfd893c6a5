//! AMQP 0-9-1: tasks, events and calls through a broker. It works the same over RabbitMQ and over the broker
//! in memory.
//!
//! `broker` states in three small traits what polywire needs of a broker. `rabbit` (lapin) and `memory`
//! implement them. Everything else is written once over these traits.
//!
//! A server uses `serve` (connections) → `consumer` (one queue: deliveries in, acknowledgements out) → `work`
//! (one delivery) → `publisher`, `replier`. A client uses `channel` → `publisher`, `calls`.

mod acks;
mod admission;
mod alone;
mod batch;
mod bound;
pub(crate) mod broker;
mod brokers;
mod calls;
pub(crate) mod channel;
mod consumer;
mod dial;
mod envelope;
mod failed;
mod foreign;
#[cfg(feature = "fuzzing")]
pub(in crate::transport) mod fuzzing;
mod health;
pub(crate) mod ids;
pub(crate) mod letters;
mod load;
#[cfg(feature = "memory")]
pub(crate) mod memory;
mod ordered;
mod outcome;
mod parcel;
mod prepare;
pub(crate) mod properties;
mod publisher;
#[cfg(feature = "amqp")]
pub(crate) mod rabbit;
mod replier;
mod replies;
mod retry;
#[cfg(feature = "schedule")]
mod schedule;
mod serve;
mod stream;
mod subscription;
mod told;
mod topic;
mod topology;
mod wire;
mod work;

#[cfg(test)]
mod behaviour;
#[cfg(test)]
mod contract;
#[cfg(all(test, feature = "amqp"))]
mod rights;
#[cfg(all(test, feature = "amqp", feature = "tls"))]
mod secure;

pub(crate) use serve::serve;
