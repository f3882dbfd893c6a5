//! The service: each kind of method once.

use bytes::Bytes;
use polywire::{Context, Error, Message, Result, Status, Streaming, service};

/// Something to send.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Item {
    /// Its place.
    pub index: i32,
    /// Its text.
    pub text: String,
    /// Its bytes.
    pub data: Bytes,
}

/// What a stream of items amounts to.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Summary {
    /// How many.
    pub count: i32,
    /// How many bytes of data.
    pub bytes: i64,
}

/// One metadata entry.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Header {
    /// Lower case.
    pub key: String,
    /// As text.
    pub value: String,
}

/// The errors that the service names.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ContractError {
    /// There is no such item.
    #[error(NotFound, "no item {id}")]
    Missing {
        /// Which.
        id: i32,
    },
    /// There was one.
    #[error(FailedPrecondition, "sold out")]
    SoldOut,
    /// Whatever else.
    #[error(transparent)]
    Other(Status),
}

/// Every kind of method, once.
#[service(package = "contract.v1")]
pub trait ContractService {
    /// Answers with the request.
    async fn echo(&self, item: Item) -> Result<Item>;

    /// Counts from 1. Breaks with `data_loss` after 3 items when asked for 13, panics after 2 when asked for 14.
    #[http(GET "/contract/count/{upto}")]
    #[ws("/contract/count/{upto}")]
    async fn count(&self, upto: i32, delay_ms: u32) -> Result<Streaming<Item>>;

    /// Counts what it gets.
    #[ws("/contract/collect")]
    async fn collect(&self, items: Streaming<Item>) -> Result<Summary>;

    /// Answers each item at once.
    #[ws("/contract/chat")]
    async fn chat(&self, items: Streaming<Item>) -> Result<Streaming<Item>>;

    /// Fails with a typed error.
    async fn fail(&self, kind: String) -> Result<(), ContractError>;

    /// Fails with this code.
    async fn reject(&self, code: i32, message: String) -> Result<()>;

    /// Sleeps, then answers how long. A read: on HTTP/1.1, whose only cancel is to close, others run on.
    #[read]
    async fn sleep(&self, ms: u32) -> Result<u32>;

    /// The request's `authorization` and `x-` metadata; answers `x-reply` before and `x-trail` after.
    #[ws("/contract/metadata")]
    async fn metadata(&self, cx: Context) -> Result<Vec<Header>>;

    /// The milliseconds left until the deadline, as the handler sees them; 0 without one.
    async fn remaining(&self, cx: Context) -> Result<u32>;

    /// Panics.
    async fn panic(&self, when: String) -> Result<()>;

    /// So many bytes.
    async fn blob(&self, size: u32) -> Result<Bytes>;

    /// How many sleeps and counts run.
    async fn running(&self) -> Result<u32>;

    /// How many sleeps and counts were dropped before their end.
    async fn cancelled(&self) -> Result<u32>;
}
