use polywire::Error;

#[derive(Debug, Error)]
struct BookError {
    id: i32,
}

fn main() {}
// 1 error
