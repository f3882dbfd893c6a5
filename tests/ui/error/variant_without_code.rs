use polywire::Error;

#[derive(Debug, Error)]
enum BookError {
    Missing,
    #[error(transparent)]
    Other(polywire::Status),
}

fn main() {}
// 1 error
