use polywire::Message;

#[derive(Message)]
struct Book(i32, String);

fn main() {}
// 1 error
