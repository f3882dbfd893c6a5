use polywire::Message;

#[derive(Message)]
enum Genre {
    Fiction,
    #[field(rename = "GENRE_FICTION")]
    Novel,
}

fn main() {}
// 1 error
