use polywire::{Result, service};

#[service]
trait Orders {
    async fn find(&self, #[field(min_len = 1)] id: i32) -> Result<()>;
}

fn main() {}
// 1 error
