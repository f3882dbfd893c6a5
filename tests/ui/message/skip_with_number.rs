use polywire::Message;

#[derive(Message)]
struct Book {
    id: i32,
    #[field(skip, rename = "seen")]
    cached: bool,
}

fn main() {}
// 1 error
