use polywire::Error;

#[derive(Debug, Error)]
enum BookError {
    #[error(NotFound, "no book")]
    Missing,
    #[error(transparent)]
    Other(String),
}

fn main() {}
// 1 error
