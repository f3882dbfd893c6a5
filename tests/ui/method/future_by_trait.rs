use polywire::{Result, service};

#[service]
trait Books {
    fn get(&self, id: i32) -> impl Future<Output = Result<i64>> + Send;
}

fn main() {}
// 1 error
