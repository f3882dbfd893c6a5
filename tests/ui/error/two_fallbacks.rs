use polywire::Error;

#[derive(Debug, Error)]
enum BookError {
    #[error(NotFound, "no book")]
    Missing,
    #[error(transparent)]
    Another(polywire::Status),
    #[error(transparent)]
    Other(polywire::Status),
}

fn main() {}
// 1 error
