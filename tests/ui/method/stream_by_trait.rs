use polywire::{Result, service};
use std::rc::Rc;

trait Stream {
    type Item;
}

#[service]
trait Books {
    async fn watch(&self, id: i32) -> Result<impl Stream<Item = i32>>;
    async fn chat(&self, lines: impl Stream<Item = String>) -> Result<()>;
    async fn keep(&self, title: Rc<String>) -> Result<()>;
}

fn main() {}
// 3 errors
