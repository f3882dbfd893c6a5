// 2 errors
use polywire::Message;

#[derive(Message)]
enum Shape {
    #[field(default)]
    Circle(f64),
    #[field(default = 3)]
    Square,
}

fn main() {}
