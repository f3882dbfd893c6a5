use polywire::{Result, service};

type Reply<T> = Result<T>;

#[service(package = "books.v1")]
trait Books {
    async fn get(&self, id: i32) -> Reply<i32>;
}

fn main() {}
// 1 error
