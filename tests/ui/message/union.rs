use polywire::Message;

#[derive(Message)]
union Book {
    id: i32,
    price: f32,
}

fn main() {}
// 1 error
