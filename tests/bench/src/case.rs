//! The cases: the call, its wire, the number at a time, and the program on the other side.

use clap::ValueEnum;
use std::fmt;

/// The two sides of every comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    Polywire,
    Peer,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Polywire => "polywire",
            Self::Peer => "peer",
        })
    }
}

/// What a server child speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wire {
    Grpc,
    Rest,
    Ws,
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grpc => "grpc",
            Self::Rest => "rest",
            Self::Ws => "ws",
        })
    }
}

/// The threads of a server child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Threads {
    /// One: tokio's single-threaded runtime.
    Single,
    /// One for each core that the child may use, which share their work: what `#[tokio::main]` makes.
    Shared,
    /// One for each core that the child may use, of `Server::thread_per_core`; polywire's alone.
    PerCore,
}

impl fmt::Display for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Single => "single",
            Self::Shared => "shared",
            Self::PerCore => "per-core",
        })
    }
}

/// What a child does that is a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Task {
    /// Of a broker.
    Publish,
    /// Of a broker.
    Consume,
    /// Of a gRPC server.
    Call,
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Publish => "publish",
            Self::Consume => "consume",
            Self::Call => "call",
        })
    }
}

/// The messages that are sent, and expected back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload {
    /// A number; a number and 15 characters come back.
    Small,
    /// The order, both ways.
    Order,
}

/// The source of a stream's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// An iterator: the next item is always at hand.
    Iterator,
    /// A task, through a channel.
    Channel,
}

/// The work of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    GrpcUnary(Payload),
    GrpcStream(Source),
    Rest(Payload),
    Ws,
    /// Small unary gRPC calls, of which both sides are polywire: on a thread for each core, and on threads that share their work.
    Threads,
    Queue(Task),
    /// Small unary gRPC calls: it is the client that is measured.
    GrpcClient,
}

impl Work {
    /// The wire of the child under test, where it is a server.
    pub(crate) fn wire(self) -> Option<Wire> {
        match self {
            Self::GrpcUnary(_) | Self::GrpcStream(_) | Self::Threads => Some(Wire::Grpc),
            Self::Rest(_) => Some(Wire::Rest),
            Self::Ws => Some(Wire::Ws),
            Self::Queue(_) | Self::GrpcClient => None,
        }
    }

    /// The side and the threads of the server that stands for `side`.
    pub(crate) fn server(self, side: Side) -> (Side, Threads) {
        match (self, side) {
            (Self::Threads, Side::Polywire) => (Side::Polywire, Threads::PerCore),
            (Self::Threads, Side::Peer) => (Side::Polywire, Threads::Shared),
            _ => (side, Threads::Single),
        }
    }

    /// The task of the child under test, where it is a client.
    pub(crate) fn task(self) -> Option<Task> {
        match self {
            Self::Queue(task) => Some(task),
            Self::GrpcClient => Some(Task::Call),
            _ => None,
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) peer: &'static str,
    pub(crate) work: Work,
    pub(crate) in_flight: usize,
    /// The ratio of CPU time to the peer's that we aim for.
    pub(crate) aim: f64,
}

const TONIC: &str = "tonic 0.14.9";
const AXUM: &str = "axum 0.8.9";
const AXUM_WS: &str = "axum 0.8.9 ws";
const SHARED: &str = "polywire on `#[tokio::main]`";
const LAPIN: &str = "lapin 4.12.3";

/// All of them, in the order of the table.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "grpc-small-1",
        what: "gRPC unary, small, 1 in flight",
        peer: TONIC,
        work: Work::GrpcUnary(Payload::Small),
        in_flight: 1,
        aim: 0.60,
    },
    Case {
        name: "grpc-small-32",
        what: "gRPC unary, small, 32 in flight",
        peer: TONIC,
        work: Work::GrpcUnary(Payload::Small),
        in_flight: 32,
        aim: 0.60,
    },
    Case {
        name: "grpc-order-8",
        what: "gRPC unary, 6 KB order, 8 in flight",
        peer: TONIC,
        work: Work::GrpcUnary(Payload::Order),
        in_flight: 8,
        aim: 0.75,
    },
    Case {
        name: "grpc-stream",
        what: "gRPC server stream, one item, from an iterator",
        peer: TONIC,
        work: Work::GrpcStream(Source::Iterator),
        in_flight: 1,
        aim: 0.35,
    },
    Case {
        name: "grpc-channel",
        what: "gRPC server stream, one item, from a task through a channel",
        peer: TONIC,
        work: Work::GrpcStream(Source::Channel),
        in_flight: 1,
        aim: 0.35,
    },
    Case {
        name: "grpc-client-1",
        what: "gRPC client, unary, small, 1 in flight",
        peer: TONIC,
        work: Work::GrpcClient,
        in_flight: 1,
        aim: 0.85,
    },
    Case {
        name: "grpc-client-32",
        what: "gRPC client, unary, small, 32 in flight",
        peer: TONIC,
        work: Work::GrpcClient,
        in_flight: 32,
        aim: 0.85,
    },
    Case {
        name: "rest-small-1",
        what: "REST JSON, small, 1 in flight",
        peer: AXUM,
        work: Work::Rest(Payload::Small),
        in_flight: 1,
        aim: 0.85,
    },
    Case {
        name: "rest-small-16",
        what: "REST JSON, small, 16 pipelined",
        peer: AXUM,
        work: Work::Rest(Payload::Small),
        in_flight: 16,
        aim: 0.85,
    },
    Case {
        name: "rest-order-1",
        what: "REST JSON, 6 KB order echoed, 1 in flight",
        peer: AXUM,
        work: Work::Rest(Payload::Order),
        in_flight: 1,
        aim: 0.70,
    },
    Case {
        name: "ws-small-1",
        what: "WebSocket JSON-RPC, small, 1 in flight",
        peer: AXUM_WS,
        work: Work::Ws,
        in_flight: 1,
        aim: 0.60,
    },
    Case {
        name: "ws-small-32",
        what: "WebSocket JSON-RPC, small, 32 in flight",
        peer: AXUM_WS,
        work: Work::Ws,
        in_flight: 32,
        aim: 0.25,
    },
    Case {
        name: "threads-1",
        what: "`thread_per_core()` on one core: gRPC unary, small, 1 in flight",
        peer: SHARED,
        work: Work::Threads,
        in_flight: 1,
        aim: 0.95,
    },
    Case {
        name: "threads-32",
        what: "`thread_per_core()` on one core: gRPC unary, small, 32 in flight",
        peer: SHARED,
        work: Work::Threads,
        in_flight: 32,
        aim: 0.95,
    },
    Case {
        name: "amqp-publish",
        what: "AMQP task published, confirmed by a quorum queue, window of 1,000",
        peer: LAPIN,
        work: Work::Queue(Task::Publish),
        in_flight: 1000,
        aim: 1.05,
    },
    Case {
        name: "amqp-consume",
        what: "AMQP task consumed and acked, prefetch 64",
        peer: LAPIN,
        work: Work::Queue(Task::Consume),
        in_flight: 64,
        aim: 1.05,
    },
];
