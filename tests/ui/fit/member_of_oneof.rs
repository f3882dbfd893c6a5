// 2 errors
use polywire::Message;

struct Mail;
struct Desk;

#[derive(Message)]
enum Place {
    Shop(String),
    Mail(Mail),
    Desk(Desk),
}

fn main() {}
