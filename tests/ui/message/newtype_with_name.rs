use polywire::Message;

#[derive(Message)]
#[message(name = "Order.Id")]
struct OrderId(#[field(3)] i64);

fn main() {}
// 2 errors
