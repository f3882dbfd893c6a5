use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(task, required)]
    async fn reprint(&self, id: i32) -> Result<()>;

    #[amqp(event, required)]
    async fn reprinted(&self, id: i32) -> Result<()>;
}

fn main() {}
// 1 error
