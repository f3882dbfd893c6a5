use polywire::Error;

#[derive(Debug, Error)]
enum BookError {
    #[error(NotFound, "no book {id}")]
    Missing { id: i32 },
}

fn main() {}
// 1 error
