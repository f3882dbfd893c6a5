//! The errors that a method may return: the plain [`Status`], or a typed error.

pub(crate) mod homes;

use crate::call::status::{Code, Detail, Status};
use crate::message::codec::{self, Message};
use polywire_codegen::model::{Definitions, TypeName};

/// An error that a method may return: [`Status`], or an enum with `#[derive(polywire::Error)]`.
///
/// ```
/// use polywire::{Code, Reject, Status};
/// /// Counts failures, whatever error their method names.
/// fn count(error: impl Reject) -> Code {
///     error.into_status().code()
/// }
/// assert_eq!(count(Status::not_found("no book 7")), Code::NotFound);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a method",
    note = "use `polywire::Status`, or `#[derive(polywire::Error)]` on an enum of your own"
)]
pub trait Reject: Sized + Send + 'static {
    /// The name in the schema; `None` for the plain status.
    #[doc(hidden)]
    const NAME: Option<TypeName>;
    /// Turns the error into the status that travels. The variant goes along as a detail.
    fn into_status(self) -> Status;
    /// Finds the error in a status that a service of `package` answered.
    fn from_status(status: Status, package: &str) -> Self;
    /// Notes a package whose methods fail with the error. It is for errors without a package of their own.
    #[doc(hidden)]
    fn belongs_to(_package: &'static str) {}
    /// Adds the definitions of the error's own message.
    fn register(definitions: &mut Definitions);
}

impl Reject for Status {
    const NAME: Option<TypeName> = None;
    fn into_status(self) -> Status {
        self
    }
    fn from_status(status: Status, _: &str) -> Self {
        status
    }
    fn register(_: &mut Definitions) {}
}

/// A typed error of a method, made by `#[derive(polywire::Error)]`.
///
/// It is a message with one `oneof`. Each variant has a code. The fallback variant holds any status that no
/// other variant stands for.
///
/// ```
/// use polywire::{Code, Error, Status};
/// #[derive(Debug, PartialEq, Error)]
/// enum BookError {
///     #[error(NotFound, "no book {id}")]
///     Missing { id: i32 },
///     #[error(transparent)]
///     Other(Status),
/// }
/// let status = Status::from(BookError::Missing { id: 7 });
/// assert_eq!(status.code(), Code::NotFound);
/// assert_eq!(BookError::from(status), BookError::Missing { id: 7 });
/// ```
pub trait TypedError: Message + std::error::Error {
    /// The code of the variant.
    fn code(&self) -> Code;
    /// Whether a task or an event over AMQP that failed with this variant is tried again, as `#[error(Code, retry, "…")]`
    /// or `#[error(Code, retry = false, "…")]` says. `None` leaves it to the code and the method's `retry(on = […])`.
    ///
    /// ```
    /// use polywire::{Error, Status, TypedError};
    /// #[derive(Debug, PartialEq, Error)]
    /// enum Shipping {
    ///     #[error(FailedPrecondition, retry, "order {id} is not paid yet")]
    ///     Unpaid { id: i64 },
    ///     #[error(Unavailable, retry = false, "the warehouse is closed for good")]
    ///     Closed,
    ///     #[error(transparent)]
    ///     Other(Status),
    /// }
    /// assert_eq!(Shipping::Unpaid { id: 7 }.retry(), Some(true));
    /// assert_eq!(Shipping::Closed.retry(), Some(false));
    /// ```
    fn retry(&self) -> Option<bool> {
        None
    }
    /// The status inside the fallback variant.
    ///
    /// # Errors
    /// The error itself, when it is another variant.
    fn into_fallback(self) -> Result<Status, Self>;
    /// Makes the fallback variant.
    fn from_fallback(status: Status) -> Self;
}

/// The error in a status. `From<Status>` of a typed error does the same.
///
/// A stream ends with a [`Status`], whatever error its method declares. This function finds the variant in it.
pub fn typed<E: TypedError>(status: Status) -> E {
    let package = status.package();
    E::from_status(status, package)
}

#[diagnostic::do_not_recommend]
impl<E: TypedError> Reject for E {
    const NAME: Option<TypeName> = Some(E::NAME);
    fn into_status(self) -> Status {
        match self.into_fallback() {
            Ok(status) => status,
            Err(error) => {
                let status = Status::new(error.code(), error.to_string()).retried(error.retry());
                status.with_detail(Detail::of_error(&error))
            }
        }
    }

    fn from_status(status: Status, package: &str) -> Self {
        let mut details: Vec<&Detail> = status.details().iter().collect();
        // The detail of the package that answered comes first.
        details.sort_by_key(|detail| detail.type_name() != E::NAME.full_name(package));
        let own = details.into_iter().find(|detail| homes::is_name_of::<E>(detail.type_name(), package));
        match own.and_then(|detail| detail.decode::<E>(detail.type_name())) {
            Some(Ok(error)) => error,
            // A variant of a newer server, or no detail for a variant at all.
            Some(Err(_)) | None => E::from_fallback(status),
        }
    }

    fn belongs_to(package: &'static str) {
        homes::add::<E>(package);
    }

    fn register(definitions: &mut Definitions) {
        codec::register::<E>(definitions);
    }
}
