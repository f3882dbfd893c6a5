use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(task, event)]
    async fn get(&self, id: i32) -> Result<()>;
}

fn main() {}
// 1 error
