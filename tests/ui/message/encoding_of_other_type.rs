use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(as = "sint64")]
    id: i32,
}

fn main() {}
// 1 error
