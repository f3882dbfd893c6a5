//! Words that methods say of themselves, for interceptors. The service's hold where a method says nothing else.

use polywire::{Result, service};

#[service(package = "books.v1", transports(grpc))]
#[attr(scope = "books:read", audit = false)]
pub trait Books {
    async fn title(&self, id: i32) -> Result<String>;

    #[attr(scope = "books:write", audit, cost = 5)]
    async fn burn(&self, id: i32) -> Result<()>;
}
