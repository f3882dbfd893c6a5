use polywire::service;

#[service]
trait Books {
    async fn get(&self, id: i32) -> Option<i64>;
}

fn main() {}
// 1 error
