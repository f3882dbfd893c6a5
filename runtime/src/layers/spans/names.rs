//! The wires by OpenTelemetry's names.

use crate::call::context::Transport;

/// The wire as `rpc.system.name`.
pub(super) const fn system(transport: Transport) -> &'static str {
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

/// The broker as `messaging.system`.
pub(super) const fn broker(transport: Transport) -> &'static str {
    match transport {
        Transport::Amqp => "rabbitmq",
        _ => "memory",
    }
}

pub(super) const fn is_broker(transport: Transport) -> bool {
    matches!(transport, Transport::Amqp | Transport::Memory)
}
