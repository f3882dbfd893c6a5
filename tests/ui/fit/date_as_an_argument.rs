// 1 error
use polywire::{Result, service};

mod chrono {
    pub struct NaiveDate;
}

#[service(package = "books.v1")]
trait Books {
    async fn printed_on(&self, day: chrono::NaiveDate) -> Result<u32>;
}

fn main() {}
