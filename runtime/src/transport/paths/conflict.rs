//! Two methods that cannot both have a path.

use std::fmt;

/// Two methods with the same route. One would silently hide the other, so no server starts with them.
#[derive(Debug)]
pub(crate) struct Conflict {
    /// The route as it is declared.
    pub(in crate::transport) route: String,
    /// The kind of the route, with its article.
    pub(in crate::transport) kind: &'static str,
    pub(in crate::transport) first: &'static str,
    pub(in crate::transport) second: &'static str,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { route, kind, first, second } = self;
        write!(f, "`{route}` of {second} is {kind} of {first} already; change one of the paths")
    }
}
