//! Every wire, and how to serve and call a service on it. Suites that must hold on all wires run over these.

use crate::cases::Streams;
use crate::serving::{broker, listen, serve};
use axum::Router;
use polywire::{Caller, Codec, Endpoint, Limits, Server, Service};

/// A client and the server that it talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// In process.
    Local,
    /// gRPC.
    Grpc,
    /// gRPC-Web: HTTP/1.1, but where the request is a stream.
    GrpcWeb,
    /// Connect with protobuf; HTTP/1.1, but where the request is a stream.
    ConnectProto,
    /// Connect with JSON.
    ConnectJson,
    /// JSON-RPC on `/ws`.
    WebSocketJson,
    /// The same in protobuf frames.
    WebSocketProto,
    /// The in-memory broker.
    Memory,
    /// RabbitMQ, which `AMQP_URL` names.
    Amqp,
}

/// The listener that takes the connections of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The server itself.
    Own,
    /// A foreign axum server, to whose routes ours are added.
    Axum,
}

impl Host {
    /// Serves `service` on every HTTP transport; the address.
    pub async fn serve(self, service: impl Service + Sync, limits: Limits) -> String {
        let server = Server::new().limits(limits).service(service);
        match self {
            Self::Own => serve(server).await.to_string(),
            Self::Axum => {
                let (listener, address) = listen().await;
                let theirs = Router::new().route("/theirs", axum::routing::get(async || "theirs"));
                let router = theirs.merge(server.into_router());
                tokio::spawn(async move { axum::serve(listener, router).await });
                address.to_string()
            }
        }
    }
}

impl Wire {
    /// Every wire.
    pub const ALL: [Self; 9] = [
        Self::Local,
        Self::Grpc,
        Self::GrpcWeb,
        Self::ConnectProto,
        Self::ConnectJson,
        Self::WebSocketJson,
        Self::WebSocketProto,
        Self::Memory,
        Self::Amqp,
    ];

    /// How its URLs begin; `None` in process.
    pub const fn url(self) -> Option<&'static str> {
        match self {
            Self::Local => None,
            Self::Grpc => Some("grpc://"),
            Self::GrpcWeb => Some("grpcweb://"),
            Self::ConnectProto | Self::ConnectJson => Some("http://"),
            Self::WebSocketJson | Self::WebSocketProto => Some("ws://"),
            Self::Memory => Some("memory:"),
            Self::Amqp => Some("amqp://"),
        }
    }

    /// Which kinds of streams it carries.
    pub const fn streams(self) -> Streams {
        if self.is_broker() { Streams::FromServer } else { Streams::All }
    }

    /// Whether messages go through a broker.
    pub const fn is_broker(self) -> bool {
        matches!(self, Self::Memory | Self::Amqp)
    }

    /// Serves `service` and opens a client.
    pub async fn open(self, service: impl Service + Sync, limits: Limits) -> Caller {
        self.open_at(Server::new().limits(limits).service(service)).await
    }

    /// Serves on the wire, and opens a client.
    pub async fn open_at(self, server: Server) -> Caller {
        if self == Self::Local {
            return Caller::new(server.into_local());
        }
        let broker = self.broker();
        let address = serve(server.amqp(broker.clone())).await.to_string();
        Caller::connect(self.endpoint(&address, &broker)).await.expect("a connection")
    }

    /// The same, the server being a part of a foreign axum server.
    pub async fn open_under_router(self, service: impl Service + Sync, limits: Limits) -> Caller {
        let address = Host::Axum.serve(service, limits).await;
        Caller::connect(self.endpoint(&address, "")).await.expect("a connection")
    }

    /// The absence of RabbitMQ is a failure: a suite that did not run must not look as if it had.
    fn broker(self) -> String {
        match self {
            Self::Amqp => std::env::var("AMQP_URL")
                .expect("AMQP_URL names a RabbitMQ: run scripts/test, or scripts/rabbitmq start"),
            _ => broker(),
        }
    }

    fn endpoint(self, address: &str, broker: &str) -> Endpoint {
        let endpoint = match self.url() {
            Some(url) if !self.is_broker() => Endpoint::new(format!("{url}{address}")),
            _ => Endpoint::new(broker),
        };
        match self {
            Self::ConnectJson => endpoint.codec(Codec::Json),
            Self::WebSocketProto => endpoint.codec(Codec::Proto),
            Self::Local
            | Self::Grpc
            | Self::GrpcWeb
            | Self::ConnectProto
            | Self::WebSocketJson
            | Self::Memory
            | Self::Amqp => endpoint,
        }
    }
}

/// A test for each case on each wire: `grpc::case` calls `case(Wire::Grpc)`.
#[macro_export]
macro_rules! on_every_wire {
    ($($case:ident)*) => {
        $crate::on_wire! { local Local $($case)* }
        $crate::on_wire! { grpc Grpc $($case)* }
        $crate::on_wire! { grpc_web GrpcWeb $($case)* }
        $crate::on_wire! { connect_proto ConnectProto $($case)* }
        $crate::on_wire! { connect_json ConnectJson $($case)* }
        $crate::on_wire! { websocket_json WebSocketJson $($case)* }
        $crate::on_wire! { websocket_proto WebSocketProto $($case)* }
        $crate::on_wire! { memory Memory $($case)* }
        $crate::on_wire! { amqp Amqp $($case)* }
    };
}

/// A module with a test for each case on one wire.
#[macro_export]
macro_rules! on_wire {
    ($module:ident $wire:ident $($case:ident)*) => {
        mod $module {
            $(#[tokio::test]
            async fn $case() {
                super::$case($crate::wires::Wire::$wire).await;
            })*
        }
    };
}
