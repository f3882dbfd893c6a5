//! The match of request paths with the templates of methods, for the transports that have paths.
//!
//! A path is matched as it is written: a default route, `/ws`, a document and a literal of a rule have one
//! spelling each. So an access list in front, on raw or on decoded paths, means the same request as we do.
//! RFC 3986 (section 6.2.2.2) lets each server choose one of several equivalent spellings. Doubled slashes,
//! `.` and `..`, `;` and a slash at the end are part of the path, and no route has them. Variables are
//! decoded once, and hold no `.` or `..` between slashes.

mod conflict;
mod matcher;
mod variables;

pub(crate) use conflict::Conflict;
pub(super) use matcher::Matcher;
pub(super) use variables::variables;
