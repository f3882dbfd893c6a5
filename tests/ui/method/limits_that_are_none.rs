use polywire::{Result, service};

#[service(package = "books.v1")]
trait Books {
    #[method(timeout = "5")]
    async fn soon(&self) -> Result<()>;

    #[method(timeout = 5)]
    async fn later(&self) -> Result<()>;

    #[method(message_size = "1MB")]
    async fn large(&self, text: String) -> Result<()>;

    #[method(message_size = "0B", timeout = "0s")]
    async fn nothing(&self, text: String) -> Result<()>;
}

fn main() {}
// 5 errors
