// 1 error
use polywire::Message;

#[derive(Message)]
enum Shape {
    Kind(f64),
    Point,
}

fn main() {}
