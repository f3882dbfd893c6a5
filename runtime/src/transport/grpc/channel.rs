//! The client side.
use crate::client::{Channel, Endpoint};
use crate::status::{Result, Status};
use std::sync::Arc;

pub(crate) enum Protocol {
    Grpc,
    Connect,
}

pub(crate) async fn connect(_: Endpoint, _: Protocol) -> Result<Arc<dyn Channel>> {
    Err(Status::unimplemented("not yet"))
}
