// 1 error
use polywire::Message;

#[derive(Message)]
enum Shape {
    Circle(f64),
    #[field(1)]
    Point,
}

fn main() {}
