// 1 error
use polywire::Message;

#[derive(Message)]
enum Shape {
    Path(Vec<f64>),
    Point,
}

fn main() {}
