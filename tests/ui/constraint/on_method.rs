use polywire::{Result, service};

#[service]
trait Orders {
    #[field(min = 1)]
    async fn count(&self) -> Result<i32>;
}

fn main() {}
// 1 error
