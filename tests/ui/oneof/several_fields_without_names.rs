// 1 error
use polywire::Message;

#[derive(Message)]
enum Shape {
    Circle(f64, f64),
    Point,
}

fn main() {}
