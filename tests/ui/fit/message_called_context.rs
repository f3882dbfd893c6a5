// 1 error
use polywire::{Message, Result, service};

#[derive(Message)]
struct Context {
    locale: String,
}

#[service(package = "books.v1")]
trait Books {
    async fn set(&self, context: Context) -> Result<()>;
}

fn main() {}
