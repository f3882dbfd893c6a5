use polywire::{Context, Message, Result, Streaming, service};

#[derive(Message)]
pub struct Line {
    quantity: i32,
}

#[service]
trait Orders {
    async fn upload(&self, #[field(each(min = 1))] lines: Streaming<Line>) -> Result<()>;
    async fn find(&self, #[field(required)] cx: Context, id: i32) -> Result<()>;
}

fn main() {}
// 1 error
