//! Names of the user's that generated code could be confused with.

use polywire::*;

#[derive(Message)]
pub struct Slots {
    pub slots: Option<Box<Slots>>,
    pub out: i32,
    pub input: i32,
    pub number: i32,
    pub wire: i32,
    pub value: i32,
}

#[derive(Message)]
pub enum Option_ {
    Some { out: i32, value: i32, __view: i32 },
    None,
}

pub struct S;
pub type Result<T> = polywire::Result<T>;

#[derive(Debug, Error)]
pub enum Lost {
    #[error(NotFound, "lost")]
    Everything,
    #[error(transparent)]
    Other(Status),
}

#[service(package = "books.v1")]
pub trait Books {
    async fn clone(&self, s: i32, cx: i32, req: i32) -> Result<Slots>;
    async fn spec(&self, result: Slots) -> Result<Option_>;
    async fn new(&self, mount: i32, items: i32) -> Result<i32>;
    async fn unary(&self, spec: Slots) -> std::result::Result<(), Lost>;
}
