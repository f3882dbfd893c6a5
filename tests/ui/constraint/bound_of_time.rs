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
    #[field(min = "2026-02-30T00:00:00Z")]
    printed: SystemTime,
    #[field(min = "2026-01-02T00:00:00+01:00", exclusive_max = "2026-01-01T23:00:00Z")]
    sold: SystemTime,
    #[field(past, max = "2026-01-02T03:04:05Z")]
    bought: SystemTime,
    #[field(within = "0s")]
    bound: SystemTime,
    #[field(within)]
    torn: SystemTime,
    #[field(max = "2026-01-02T03:04:05Z")]
    shelf: u32,
    #[field(max = "2026-01-02T03:04:05Z")]
    #[example("2026-01-02T03:04:06Z")]
    shown: SystemTime,
}

fn main() {}
// 12 errors
