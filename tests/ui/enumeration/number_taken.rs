use polywire::Message;

#[derive(Message)]
enum Genre {
    Fiction,
    #[field(1)]
    Science,
}

fn main() {}
// 1 error
