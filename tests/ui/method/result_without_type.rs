use polywire::{service, Result};

#[service]
trait Books {
    async fn get(&self, id: i32) -> Result;
}

fn main() {}
// 2 errors
