use polywire::Message;
use std::time::{Duration, SystemTime};

#[derive(Message)]
struct Book {
    #[field(min = "1s")]
    pages: u32,
    #[field(max = "1 week")]
    lent: Duration,
    #[field(past, future)]
    born: SystemTime,
    #[field(min = "2s", max = "1s")]
    read: Duration,
    #[field(future)]
    title: String,
}

fn main() {}
