use polywire::Message;
use std::time::{Duration, SystemTime};

#[derive(Message)]
struct Book {
    #[field(min = 1)]
    lent: Duration,
    #[field(past)]
    read: Duration,
    #[field(max = "1s")]
    born: SystemTime,
}

fn main() {}
