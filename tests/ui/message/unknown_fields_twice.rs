use polywire::{Message, UnknownFields};

#[derive(Message)]
struct Book {
    #[unknown_fields]
    rest: UnknownFields,
    #[unknown_fields]
    #[field(3)]
    more: UnknownFields,
}

fn main() {}
// 2 errors
