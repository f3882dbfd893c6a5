//! An error of the user's own is a message, and one of its variants holds any other status.

use polywire::{Error, Result, Status, service};

#[derive(Debug, Error)]
pub enum BookError {
    /// No such book.
    #[error(NotFound, "no book {id}")]
    Missing { id: i32 },
    #[error(FailedPrecondition, "sold out")]
    SoldOut,
    #[error(Internal, "shelf {0:?} fell")]
    Fallen(String),
    #[error(InvalidArgument, "{} is no price", cents)]
    #[field(9)]
    Price { cents: i64 },
    #[error(transparent)]
    Other(Status),
}

#[service(package = "books.v1")]
pub trait Books {
    async fn buy(&self, id: i32) -> Result<(), BookError>;

    /// Gives one back.
    async fn give_back(&self, id: i32) -> Result<(), BookError>;
}
