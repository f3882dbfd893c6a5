use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(prefix = "", suffix = "", contains = "")]
    title: String,
}

fn main() {}
// 1 error
