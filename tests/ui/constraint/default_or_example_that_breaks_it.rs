use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(min = 1, default = 0)]
    pages: u32,
    #[field(max_len = 3)]
    #[example("Dune")]
    title: String,
    #[field(each(one_of = ["a", "b"]))]
    #[example("a", "c")]
    tags: Vec<String>,
    #[field(pattern = "^[0-9]+$", default = "x")]
    isbn: String,
}

fn main() {}
// 4 errors
