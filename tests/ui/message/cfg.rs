use polywire::Message;

#[derive(Message)]
struct Book {
    #[cfg(unix)]
    #[cfg_attr(unix, field(7))]
    id: i32,
}

fn main() {}
// 1 error
