use polywire::Message;

#[derive(Message)]
struct Book {
    at: (f64, f64),
}

fn main() {}
// 1 error
