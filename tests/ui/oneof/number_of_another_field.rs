// 3 errors
//! A member of a `oneof` has the number, or the name in JSON, of another field.

use polywire::Message;

#[derive(Message)]
enum Payment {
    #[field(2)]
    Card(String),
    #[field(7, json = "sum")]
    Cash(i64),
}

#[derive(Message)]
struct Order {
    id: i64,
    note: String,
    #[field(oneof)]
    payment: Option<Payment>,
}

#[derive(Message)]
struct Bill {
    sum: i64,
    #[field(oneof)]
    payment: Option<Payment>,
}

#[derive(Message)]
enum Unnumbered {
    Left(String),
    Right(String),
}

#[derive(Message)]
struct Choice {
    id: i64,
    #[field(oneof)]
    side: Option<Unnumbered>,
}

fn main() {}
