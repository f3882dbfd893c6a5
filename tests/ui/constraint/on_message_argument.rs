use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Order {
    id: i32,
}

#[service]
trait Orders {
    async fn place(&self, #[field(min = 1)] order: Order) -> Result<()>;
}

fn main() {}
// 1 error
