use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(nummer = 3)]
    id: i32,
}

fn main() {}
