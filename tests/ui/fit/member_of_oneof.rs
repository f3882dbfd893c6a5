use polywire::Message;

struct Mail;

#[derive(Message)]
enum Place {
    Shop(String),
    Mail(Mail),
}

fn main() {}
