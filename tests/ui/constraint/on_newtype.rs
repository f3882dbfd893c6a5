use polywire::Message;

#[derive(Message)]
struct OrderId(#[field(min = 1)] i64);

fn main() {}
// 1 error
