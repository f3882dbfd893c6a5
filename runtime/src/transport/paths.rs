//! Paths of requests against the templates of methods: shared by the transports that have paths.

mod matcher;
mod variables;

pub(super) use matcher::Matcher;
pub(super) use variables::variables;
