use polywire::Message;

#[derive(Message)]
enum Genre {
    Unspecified,
    Fiction,
}

fn main() {}
