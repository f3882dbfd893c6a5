use polywire::Message;

#[derive(Message)]
enum Genre {
    
}

fn main() {}
