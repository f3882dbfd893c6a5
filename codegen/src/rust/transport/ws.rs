//! `#[ws(…)]`: its grammar, and its plan as a constant.

pub(crate) mod attr;
pub(crate) mod tokens;
