use polywire::{service, Context, Result};

#[service]
trait Books {
    async fn get(&self, cx: Context, again: Context) -> Result<i64>;
}

fn main() {}
// 1 error
