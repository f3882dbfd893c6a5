use polywire::Error;

#[derive(Debug, Error)]
enum BookError {
    #[error(Absent, "no book")]
    Missing,
    #[error(transparent)]
    Other(polywire::Status),
}

fn main() {}
// 1 error
