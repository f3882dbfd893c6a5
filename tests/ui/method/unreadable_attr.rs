use polywire::{Result, service};

#[service]
#[attr(scope("write"))]
trait Books {
    #[attr]
    async fn get(&self, id: i32) -> Result<String>;

    #[attr(audit, scope = "write", audit = false)]
    async fn put(&self, id: i32) -> Result<()>;

    #[attr(share = 0.5)]
    async fn burn(&self, id: i32) -> Result<()>;

    async fn find(&self, #[attr(audit)] id: i32) -> Result<()>;
}

fn main() {}
// 5 errors
