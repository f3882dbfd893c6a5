use polywire::Error;

#[derive(Debug, Error)]
enum BookError {
    #[error(NotFound)]
    Missing,
    #[error(transparent)]
    Other(polywire::Status),
}

fn main() {}
// 1 error
