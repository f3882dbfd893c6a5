use polywire::service;

#[service]
trait Books {
    async fn get(&self, id: i32);
}

fn main() {}
// 1 error
