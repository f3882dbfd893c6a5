use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(one_of = [])]
    id: i32,
    #[field(one_of = ["a", 1])]
    title: String,
    #[field(one_of = [true])]
    lent: bool,
}

fn main() {}
// 3 errors
