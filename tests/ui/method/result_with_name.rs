use polywire::{Result, service};

#[service]
trait Orders {
    #[field(rename = "total")]
    async fn count(&self) -> Result<i64>;
}

fn main() {}
// 1 error
