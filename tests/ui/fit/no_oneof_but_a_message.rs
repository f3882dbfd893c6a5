// 2 errors
use polywire::Message;

#[derive(Message)]
struct Place {
    shelf: i32,
}

#[derive(Message)]
struct Book {
    id: i32,
    #[field(oneof)]
    place: Place,
    #[field(oneof)]
    other: Option<Place>,
}

fn main() {}
