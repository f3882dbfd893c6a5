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
    #[field(min = "2026-01-02T03:04:05Z")]
    kept: Duration,
    #[field(within = "1h")]
    held: Duration,
}

fn main() {}
// 5 errors
