use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(task, required)]
    async fn get(&self, id: i32) -> Result<()>;
}

fn main() {}
