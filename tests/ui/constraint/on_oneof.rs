use polywire::Message;

#[derive(Message)]
enum Payment {
    #[field(1)]
    Card(String),
}

#[derive(Message)]
struct Order {
    #[field(oneof, required)]
    payment: Option<Payment>,
    #[field(skip, min = 1)]
    cache: i32,
}

fn main() {}
// 2 errors
