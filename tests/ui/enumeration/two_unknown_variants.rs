use polywire::Message;

#[derive(Message)]
enum Genre {
    Fiction,
    #[unknown]
    Other(i32),
    #[unknown]
    Another(i32),
}

fn main() {}
// 1 error
