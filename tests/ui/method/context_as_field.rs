use polywire::{Context, Result, service};

#[service(package = "books.v1")]
trait Books {
    async fn get(&self, #[field] cx: Context) -> Result<i32>;
}

fn main() {}
// 1 error
