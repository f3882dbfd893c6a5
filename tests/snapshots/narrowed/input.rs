//! Transports left out, of the service and of a method.

use polywire::{Result, service};

#[service(package = "books.v1", name = "Shelf", transports(grpc, http, ws))]
pub trait Books {
    #[ws(skip)]
    async fn get_price(&self, id: i32) -> Result<i64>;
    #[http(skip)]
    #[grpc(skip)]
    #[read]
    async fn ping(&self) -> Result<()>;
}
