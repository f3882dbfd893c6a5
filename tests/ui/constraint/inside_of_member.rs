use polywire::Message;

#[derive(Message)]
enum Payment {
    Card(#[field(len = 4)] String),
    Voucher(#[field(3)] i64),
}

#[derive(Message)]
enum Genre {
    Fiction,
    #[unknown]
    Other(#[field(min = 1)] i32),
}

fn main() {}
// 3 errors
