// 2 errors
use polywire::Message;

#[derive(Message)]
struct Place {
    shelf: i32,
}

struct Cache;

#[derive(Message)]
struct Book {
    id: i32,
    #[field(default)]
    place: Place,
    #[field(skip)]
    cache: Cache,
}

fn main() {}
