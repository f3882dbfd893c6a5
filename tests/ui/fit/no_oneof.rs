// 1 error
use polywire::Message;

struct Place;

#[derive(Message)]
struct Book {
    id: i32,
    #[field(oneof)]
    place: Option<Place>,
}

fn main() {}
