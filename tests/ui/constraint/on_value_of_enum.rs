use polywire::Message;

#[derive(Message)]
enum Genre {
    #[field(min = 1)]
    Fiction,
}

fn main() {}
// 1 error
