use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(event, schedule = "0 3 * * *")]
    async fn clean(&self) -> Result<()>;
}

fn main() {}
// 1 error
