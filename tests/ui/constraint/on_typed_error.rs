use polywire::{Error, Status};

#[derive(Debug, Error)]
enum BookError {
    #[error(NotFound, "no book {id}")]
    Missing {
        #[field(min = 1)]
        id: i32,
    },
    #[error(Internal, "{0}")]
    #[field(max_len = 3)]
    Fallen(String),
    #[error(transparent)]
    Other(Status),
}

fn main() {}
// 2 errors
