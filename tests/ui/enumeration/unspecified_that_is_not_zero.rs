use polywire::Message;

#[derive(Message)]
enum Genre {
    Unspecified,
    Fiction,
}

fn main() {}
// 1 error
