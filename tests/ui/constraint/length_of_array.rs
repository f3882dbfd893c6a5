use polywire::Message;
use std::collections::BTreeMap;

#[derive(Message)]
struct Book {
    #[field(items = 2..=4)]
    corners: [f64; 3],
    #[field(len = 32)]
    digest: [u8; 32],
    #[field(each(min_len = 16))]
    earlier: Vec<[u8; 16]>,
    #[field(values(max_len = 4))]
    by_name: BTreeMap<String, [u8; 4]>,
    #[field(unique, each(min = 1))]
    numbers: [i32; 3],
}

fn main() {}
// 4 errors
