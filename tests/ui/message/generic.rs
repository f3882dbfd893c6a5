use polywire::Message;

#[derive(Message)]
struct Page<T> {
    items: Vec<T>,
}

fn main() {}
// 1 error
