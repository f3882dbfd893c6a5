// 1 error
use polywire::Message;

#[derive(Message)]
enum Shape {
    Circle(f64),
    #[unknown]
    Other(i32),
    Point { x: f64 },
}

fn main() {}
