//! The 16 canonical codes and their names on each wire, and the code that a variant of a typed error has.

use super::Text;
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $snake:literal, $http:literal;)*) => {
        /// The reason why a call failed (google/rpc/code.proto). Success has no code: it is `Ok`.
        ///
        /// ```
        /// # use polywire_codegen::model::Code;
        /// let code = Code::NotFound;
        /// assert_eq!((code.as_str(), code.http(), code.number()), ("not_found", 404, 5));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Code {
            $($(#[$doc])* $name = $number,)*
        }

        impl Code {
            /// All codes, in the order of their numbers.
            pub const ALL: [Self; 16] = [$(Self::$name),*];

            /// The name that Connect and JSON use, such as `not_found`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $snake,)*
                }
            }

            /// The name of the Rust variant, such as `NotFound`.
            pub const fn variant(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// The HTTP status of an answer with this code.
            pub const fn http(self) -> u16 {
                match self {
                    $(Self::$name => $http,)*
                }
            }
        }
    };
}

codes! {
    /// The caller gave up.
    Cancelled = 1, "cancelled", 499;
    /// No better code is known.
    Unknown = 2, "unknown", 500;
    /// The request is wrong in every state of the system.
    InvalidArgument = 3, "invalid_argument", 400;
    /// The deadline passed before the call ended.
    DeadlineExceeded = 4, "deadline_exceeded", 504;
    /// The requested thing does not exist.
    NotFound = 5, "not_found", 404;
    /// The thing to be created exists already.
    AlreadyExists = 6, "already_exists", 409;
    /// The caller is known, but has no permission.
    PermissionDenied = 7, "permission_denied", 403;
    /// A quota or a limit is used up.
    ResourceExhausted = 8, "resource_exhausted", 429;
    /// The system is not in the state that the call needs.
    FailedPrecondition = 9, "failed_precondition", 400;
    /// The call conflicts with another call.
    Aborted = 10, "aborted", 409;
    /// The request reaches past the end of a range.
    OutOfRange = 11, "out_of_range", 400;
    /// The server does not have this method.
    Unimplemented = 12, "unimplemented", 501;
    /// An invariant is broken.
    Internal = 13, "internal", 500;
    /// The server is away for now.
    Unavailable = 14, "unavailable", 503;
    /// Data is lost or corrupt.
    DataLoss = 15, "data_loss", 500;
    /// The caller is not known.
    Unauthenticated = 16, "unauthenticated", 401;
}

impl Code {
    /// The number of `grpc-status`.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The code with this number; `None` for 0 (success) and unknown numbers.
    ///
    /// ```
    /// # use polywire_codegen::model::Code;
    /// assert_eq!(Code::from_number(5), Some(Code::NotFound));
    /// assert_eq!(Code::from_number(0), None);
    /// ```
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|code| i32::from(code.number()) == number)
    }

    /// The code with this name, such as `not_found`.
    ///
    /// ```
    /// # use polywire_codegen::model::Code;
    /// assert_eq!(Code::from_name("unavailable"), Some(Code::Unavailable));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// The meaning of a bare HTTP status for an RPC client (Connect protocol, "HTTP to Error Code").
    ///
    /// ```
    /// # use polywire_codegen::model::Code;
    /// assert_eq!(Code::from_http(503), Code::Unavailable); // a proxy said so, not the server
    /// ```
    pub const fn from_http(status: u16) -> Self {
        match status {
            400 => Self::Internal,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 => Self::Unimplemented,
            429 | 502 | 503 | 504 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The way in which a variant of a typed error fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub code: Code,
    /// The message, with fields in braces, such as `no book {id}`.
    pub message: Text,
}
