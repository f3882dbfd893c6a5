use polywire::Message;

#[derive(Message)]
enum Genre {
    Fiction,
    #[unknown]
    Other(String),
}

fn main() {}
// 1 error
