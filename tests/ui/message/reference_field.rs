use polywire::Message;

#[derive(Message)]
struct Book {
    title: &'static str,
}

fn main() {}
// 1 error
