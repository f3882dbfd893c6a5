use polywire::Error;

#[derive(Debug, Error)]
enum BookError {
    #[error(NotFound, again, "no book")]
    Missing,
    #[error(transparent)]
    Other(polywire::Status),
}

fn main() {}
// 1 error
