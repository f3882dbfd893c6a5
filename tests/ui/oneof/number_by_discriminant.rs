// 1 error
use polywire::Message;

#[derive(Message)]
#[repr(u8)]
enum Shape {
    Circle(f64),
    Point = 7,
}

fn main() {}
