use polywire::Message;

#[derive(Message)]
enum Genre {
    Fiction = 1 + 1,
}

fn main() {}
// 1 error
