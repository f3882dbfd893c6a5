//! Arrays: lists and bytes of one length.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Digest {
    pub sha256: [u8; 32],
    pub earlier: Vec<[u8; 16]>,
    pub corners: [Corner; 4],
    #[field(as = "sint32")]
    pub offset: [i32; 2],
    #[field(packed = false)]
    pub weights: [f32; 3],
}

#[derive(Message)]
pub struct Corner {
    pub name: String,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn check(&self, digest: Digest) -> Result<[i64; 3]>;
    async fn rotate(&self, by: [f64; 3]) -> Result<()>;
}
