use polywire::{Error, Message, Status};

#[derive(Message)]
struct Größe {
    länge: i32,
}

#[derive(Message)]
enum Art {
    Klein,
    Groß,
}

#[derive(Message)]
enum Ort {
    Straße { name: String },
}

#[derive(Debug, Error)]
enum Fehler {
    #[error(NotFound, "gone")]
    Übel,
    #[error(transparent)]
    Other(Status),
}

fn main() {}
// 4 errors
