//! The load: generators that know neither side, on plain sockets, and fast enough that they do not limit the
//! server.

pub(crate) mod grpc;
pub(crate) mod http;
pub(crate) mod pump;
pub(crate) mod ws;

use crate::Result;
use crate::case::{Payload, Source, Work};
use pump::{Done, Limit, Wire};

/// Loads the server at `port` with the work of one case.
pub(crate) fn drive(work: Work, port: u16, in_flight: usize, limit: Limit) -> Result<Done> {
    let wire: Box<dyn Wire> = match work {
        Work::GrpcUnary(Payload::Small) | Work::Threads => Box::new(grpc::Unary::book(in_flight)),
        Work::GrpcUnary(Payload::Order) => Box::new(grpc::Unary::order(in_flight)),
        Work::GrpcStream(Source::Iterator) => Box::new(grpc::Ticks::watch()),
        Work::GrpcStream(Source::Channel) => Box::new(grpc::Ticks::follow()),
        Work::Rest(Payload::Small) => Box::new(http::Rest::book()),
        Work::Rest(Payload::Order) => Box::new(http::Rest::order()?),
        Work::Ws => Box::new(ws::Rpc::new()),
        Work::Queue(_) | Work::GrpcClient => return Err("a client works, and is not loaded".into()),
    };
    pump::run(wire, port, in_flight, limit)
}
