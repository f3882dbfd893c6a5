use polywire::{Result, Streaming, service};

#[service(package = "books.v1")]
trait Books {
    #[method(idle = "5m")]
    async fn get(&self, id: i32) -> Result<i64>;

    #[method(idle = "soon")]
    async fn watch(&self) -> Result<Streaming<i64>>;

    #[method(idle = "0s", name = "Look")]
    async fn look(&self) -> Result<Streaming<i64>>;

    #[method(rest = "5m")]
    async fn rest(&self) -> Result<Streaming<i64>>;
}

fn main() {}
// 4 errors
