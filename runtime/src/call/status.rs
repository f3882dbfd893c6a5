//! The failure of a call: one of 16 codes, a message, and typed details. It is the same on every wire.

mod detail;
mod info;
mod overload;
mod violation;
mod wire;

pub use detail::Detail;
pub use polywire_codegen::model::Code;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The result of a call. The error is a [`Status`] unless the service names its own.
///
/// ```
/// use polywire::{Result, Status};
/// fn shelf(genre: &str) -> Result<u32> {
///     match genre {
///         "essay" => Ok(3),
///         _ => Err(Status::not_found(format!("no shelf for {genre}"))),
///     }
/// }
/// assert_eq!(shelf("essay"), Ok(3));
/// ```
pub type Result<T, E = Status> = std::result::Result<T, E>;

/// The reason why a call failed (`google.rpc.Status`).
///
/// ```
/// use polywire::{Code, Status};
/// let status = Status::not_found("no book 7");
/// assert_eq!(status.code(), Code::NotFound);
/// assert_eq!(status.to_string(), "not_found: no book 7");
/// ```
#[derive(Clone)]
pub struct Status(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    message: Cow<'static, str>,
    details: Vec<Detail>,
    retry_after: Option<Duration>,
    /// Whether a task is tried again, when its error says so. It never travels.
    retry: Option<bool>,
    /// Whether the call certainly never left this program. It never travels.
    unsent: bool,
    source: Option<Arc<dyn Error + Send + Sync>>,
    /// The package of the service that answered with this status; empty for a status made here.
    package: &'static str,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident $code:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(message: impl Into<Cow<'static, str>>) -> Self {
            Self::new(Code::$code, message)
        }
    )*};
}

impl Status {
    /// Makes a status without details.
    ///
    /// ```
    /// # use polywire::{Code, Status};
    /// let status = Status::new(Code::Aborted, "another buyer was faster");
    /// assert_eq!(status, Status::aborted("another buyer was faster"));
    /// ```
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        let details = Vec::new();
        Self(Box::new(Inner {
            code,
            message,
            details,
            retry_after: None,
            retry: None,
            unsent: false,
            source: None,
            package: "",
        }))
    }

    constructors! {
        /// The caller gave up.
        cancelled Cancelled;
        /// No better code is known.
        unknown Unknown;
        /// The request is wrong whatever the state of the system.
        invalid_argument InvalidArgument;
        /// The deadline passed before the call ended.
        deadline_exceeded DeadlineExceeded;
        /// The thing that was asked for does not exist.
        not_found NotFound;
        /// The thing that was to be created exists already.
        already_exists AlreadyExists;
        /// The caller is known, but may not do this.
        permission_denied PermissionDenied;
        /// A quota or a limit is used up.
        resource_exhausted ResourceExhausted;
        /// The system is not in the state that the call needs.
        failed_precondition FailedPrecondition;
        /// A conflict with another call; try the whole transaction again.
        aborted Aborted;
        /// The request goes past the end of a range.
        out_of_range OutOfRange;
        /// The server does not have this method.
        unimplemented Unimplemented;
        /// An invariant is broken.
        internal Internal;
        /// The server is away for now; try again.
        unavailable Unavailable;
        /// Data is lost or corrupt.
        data_loss DataLoss;
        /// The caller is not known.
        unauthenticated Unauthenticated;
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The message, for a developer.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The typed details.
    pub fn details(&self) -> &[Detail] {
        &self.0.details
    }

    /// The pause after which the caller may try again, if the server gave one (`Retry-After`,
    /// `grpc-retry-pushback-ms`). [`Duration::MAX`] means never.
    ///
    /// ```
    /// # use polywire::Status; use std::time::Duration;
    /// let status = Status::unavailable("stocktaking").with_retry_after(Duration::from_secs(60));
    /// assert_eq!(status.retry_after(), Some(Duration::from_secs(60)));
    /// ```
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Adds a detail.
    ///
    /// ```
    /// # use polywire::{Detail, Message, Status};
    /// #[derive(Debug, PartialEq, Message)]
    /// #[message(package = "books.v1")]
    /// struct Opening {
    ///     hour: u32,
    /// }
    /// let status = Status::unavailable("closed").with_detail(Detail::new(&Opening { hour: 9 }));
    /// assert_eq!(status.details()[0].type_name(), "books.v1.Opening");
    /// ```
    #[must_use]
    pub fn with_detail(mut self, detail: Detail) -> Self {
        self.0.details.push(detail);
        self
    }

    /// Sets the pause after which the caller may try again.
    ///
    /// ```
    /// # use polywire::Status; use std::time::Duration;
    /// let status = Status::resource_exhausted("ten orders a minute");
    /// let status = status.with_retry_after(Duration::from_secs(12));
    /// # assert!(status.retry_after().is_some());
    /// ```
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// Keeps the cause, for logs. The cause never travels.
    ///
    /// Accepts any error, an `Arc` or a `Box` of one, `Box<dyn Error + Send + Sync>` and `anyhow::Error`.
    ///
    /// ```
    /// # use polywire::Status;
    /// # use std::sync::Arc;
    /// let error = Arc::new(std::io::Error::other("disk full"));
    /// let status = Status::internal("cannot save the book").with_source(Arc::clone(&error));
    /// ```
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let shared = |source: Box<dyn Error + Send + Sync>| {
            source.downcast::<Arc<dyn Error + Send + Sync>>().map_or_else(Arc::from, |shared| *shared)
        };
        self.0.source = Some(shared(source.into()));
        self
    }

    /// Notes whether a task that failed so is tried again.
    #[must_use]
    pub(crate) fn retried(mut self, retry: Option<bool>) -> Self {
        self.0.retry = retry;
        self
    }

    /// Whether a task that failed so is tried again, when its error says so.
    #[cfg(feature = "_queue")]
    pub(crate) fn retry(&self) -> Option<bool> {
        self.0.retry
    }

    /// Notes that the call never left this program, because nobody could be reached.
    #[must_use]
    pub(crate) fn unsent(mut self) -> Self {
        self.0.unsent = true;
        self
    }

    /// Whether the call certainly never left this program, so that another server may be asked.
    pub(crate) fn is_unsent(&self) -> bool {
        self.0.unsent
    }

    /// Gives details that were made without a package the package of the service that answers.
    #[must_use]
    pub(crate) fn qualified(mut self, package: &str) -> Self {
        self.0.details.iter_mut().for_each(|detail| detail.qualify(package));
        self
    }

    /// Notes the package of the service that answered. A typed error without a package of its own can then be
    /// found in the status.
    #[must_use]
    pub(crate) fn answered_by(mut self, package: &'static str) -> Self {
        self.0.package = package;
        self
    }

    pub(crate) fn package(&self) -> &'static str {
        self.0.package
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { code, message, details, .. } = &*self.0;
        let mut out = f.debug_struct("Status");
        out.field("code", code).field("message", message);
        if !details.is_empty() {
            out.field("details", details);
        }
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            "" => write!(f, "{}", self.code()),
            message => write!(f, "{}: {message}", self.code()),
        }
    }
}

impl Error for Status {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

/// Compares the parts that travel: code, message and details.
impl PartialEq for Status {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code() && self.message() == other.message() && self.details() == other.details()
    }
}

/// A name or a value that metadata cannot have is `invalid_argument`.
impl From<crate::call::metadata::InvalidMetadata> for Status {
    fn from(error: crate::call::metadata::InvalidMetadata) -> Self {
        Self::invalid_argument(error.to_string()).with_source(error)
    }
}

impl From<crate::message::error::DecodeError> for Status {
    fn from(error: crate::message::error::DecodeError) -> Self {
        Self::invalid_argument(error.to_string()).with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    /// Like `anyhow::Error`: no error itself, but convertible into one.
    struct Opaque(io::Error);

    impl From<Opaque> for Box<dyn Error + Send + Sync> {
        fn from(opaque: Opaque) -> Self {
            opaque.0.into()
        }
    }

    #[test]
    fn every_kind_of_error_is_a_source() {
        let error = || io::Error::other("disk full");
        let shared: Arc<dyn Error + Send + Sync> = Arc::new(error());
        let boxed: Box<dyn Error + Send + Sync> = Box::new(error());
        let status = || Status::internal("x");
        for status in [
            status().with_source(error()),
            status().with_source(Arc::new(error())),
            status().with_source(Box::new(error())),
            status().with_source(shared),
            status().with_source(boxed),
            status().with_source(Opaque(error())),
            status().with_source("disk full"),
            status().with_source(String::from("disk full")),
        ] {
            assert_eq!(status.source().map(ToString::to_string).as_deref(), Some("disk full"));
        }
    }

    #[test]
    fn a_source_is_found_by_its_type() {
        let is_io = |status: Status| status.source().is_some_and(|source| source.is::<io::Error>());
        let shared: Arc<dyn Error + Send + Sync> = Arc::new(io::Error::other("x"));
        assert!(is_io(Status::internal("x").with_source(io::Error::other("x"))));
        assert!(is_io(Status::internal("x").with_source(shared)));
    }
}
