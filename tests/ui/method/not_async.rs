use polywire::{service, Result};

#[service]
trait Books {
    fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
