use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(task, schedule = "0 3 * * *")]
    async fn clean(&self, id: i32) -> Result<()>;
}

fn main() {}
// 1 error
