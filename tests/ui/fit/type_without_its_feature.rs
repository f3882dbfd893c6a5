// 1 error
use polywire::Message;

mod uuid {
    pub struct Uuid;
}

#[derive(Message)]
struct Book {
    id: Option<uuid::Uuid>,
    title: String,
}

fn main() {}
