//! What may stand in the error place of a method's `Result`: the plain [`Status`], or a typed error.

pub(crate) mod homes;

use crate::call::status::{Code, Detail, Status};
use crate::message::codec::{self, Message};
use polywire_codegen::model::{Definitions, TypeName};

/// An error that a method may return: [`Status`], or an enum with `#[derive(polywire::Error)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a method",
    note = "use `polywire::Status`, or `#[derive(polywire::Error)]` on an enum of your own"
)]
pub trait Reject: Sized + Send + 'static {
    /// Its name in the schema; `None` of the plain status.
    #[doc(hidden)]
    const NAME: Option<TypeName>;
    /// The status that travels; the variant goes along as a detail.
    fn into_status(self) -> Status;
    /// The error that arrived in a status of a service of this package.
    fn from_status(status: Status, package: &str) -> Self;
    /// Notes a package whose methods fail with the error: that of an error without a package of its own.
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

/// What `#[derive(polywire::Error)]` implements: a message with one `oneof`, a code for each variant, and a variant for
/// every status that is none of them.
pub trait TypedError: Message + std::error::Error {
    /// The code of the variant.
    fn code(&self) -> Code;
    /// The status inside of the fallback variant; otherwise the error itself.
    ///
    /// # Errors
    /// The error, when it is a variant of its own.
    fn into_fallback(self) -> Result<Status, Self>;
    /// The fallback variant.
    fn from_fallback(status: Status) -> Self;
}

/// The error in a status: what `From<Status>` of a typed error is.
///
/// A stream ends with a [`Status`], whatever its method declares; this is the way from there to the variant.
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
            Err(error) => Status::new(error.code(), error.to_string()).with_detail(Detail::of_error(&error)),
        }
    }

    fn from_status(status: Status, package: &str) -> Self {
        let mut details: Vec<&Detail> = status.details().iter().collect();
        // That of the package which answered comes first.
        details.sort_by_key(|detail| detail.type_name() != E::NAME.full_name(package));
        let own = details.into_iter().find(|detail| homes::is_name_of::<E>(detail.type_name(), package));
        match own.and_then(|detail| detail.decode::<E>(detail.type_name())) {
            Some(Ok(error)) => error,
            // A variant of a newer server, or no variant at all.
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
