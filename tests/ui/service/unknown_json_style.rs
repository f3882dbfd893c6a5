use polywire::{service, Result};

#[service(json(int64 = "float", case = "kebab"))]
trait Books {
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 2 errors
