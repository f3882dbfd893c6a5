use polywire::Error;

#[derive(Debug, Error)]
enum BookError {
    #[error(NotFound, "no book {isbn}")]
    Missing { id: i32 },
    #[error(transparent)]
    Other(polywire::Status),
}

fn main() {}
// 1 error
