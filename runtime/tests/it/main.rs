//! Tests of the runtime through its public face, a module for each wire.
#![allow(missing_docs, unreachable_pub, unused_crate_dependencies, reason = "items stand as users have them")]

mod clashes;
#[cfg(feature = "cli")]
mod command;
#[cfg(feature = "config")]
mod config;
mod constraints;
#[allow(dead_code, reason = "an expansion, whole")]
mod golden;
#[cfg(feature = "grpc")]
mod grpc;
#[cfg(all(feature = "http", feature = "macros"))]
mod http;
mod json_options;
mod limits;
mod local;
mod macros;
#[cfg(all(
    feature = "sqlite",
    feature = "postgres",
    feature = "memory",
    feature = "amqp",
    feature = "macros"
))]
mod once;
#[cfg(all(
    feature = "http",
    feature = "grpc",
    feature = "ws",
    feature = "memory",
    feature = "axum",
    feature = "macros"
))]
mod operation;
#[cfg(all(feature = "memory", feature = "macros"))]
mod queues;
#[cfg(all(feature = "grpc", feature = "ws", feature = "macros"))]
mod resilience;
mod support;
#[cfg(all(feature = "testing", feature = "macros"))]
mod testing;
#[cfg(all(feature = "http", feature = "grpc", feature = "ws", feature = "memory", feature = "macros"))]
mod waist;
#[cfg(all(feature = "ws", feature = "macros"))]
mod ws;
