use polywire::Message;

#[derive(Message)]
enum Genre {
    
}

fn main() {}
// 1 error
