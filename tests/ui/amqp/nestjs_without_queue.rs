use polywire::{Result, service};

#[service(package = "shop.v1")]
pub trait Shop {
    #[amqp(nestjs = "order")]
    async fn order(&self, id: i64) -> Result<()>;
}

fn main() {}
// 1 error
