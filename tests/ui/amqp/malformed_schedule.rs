use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(task, schedule = "at three")]
    async fn clean(&self) -> Result<()>;
}

fn main() {}
// 1 error
