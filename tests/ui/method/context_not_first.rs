use polywire::{service, Context, Result};

#[service]
trait Books {
    async fn get(&self, id: i32, cx: Context) -> Result<i64>;
}

fn main() {}
// 1 error
