// 2 errors
use polywire::{Message, Result, Streaming, service};

#[derive(Message)]
struct OrderId(i64);

#[derive(Message)]
enum State {
    Open,
    Closed,
}

#[service(package = "orders.v1")]
trait Orders {
    #[http(GET "/orders/{id}")]
    async fn get(&self, id: OrderId) -> Result<()>;
    async fn list(&self, state: State) -> Result<()>;
    async fn next(&self) -> Result<OrderId>;
    async fn watch(&self) -> Result<Streaming<State>>;
}

fn main() {}
