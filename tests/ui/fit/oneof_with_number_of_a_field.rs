use polywire::Message;

#[derive(Message)]
enum Place {
    Shop(String),
    #[field(5)]
    Mail(String),
}

#[derive(Message)]
struct Book {
    id: i32,
    #[field(oneof)]
    place: Option<Place>,
}

fn main() {}
