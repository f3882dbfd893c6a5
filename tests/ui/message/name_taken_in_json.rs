use polywire::Message;

#[derive(Message)]
struct Book {
    order_id: i32,
    #[field(rename = "orderId")]
    id: i32,
}

fn main() {}
// 1 error
