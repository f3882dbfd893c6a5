//! `#[amqp(…)]`: its grammar, and its plan as a constant.

pub(crate) mod attr;
mod load;
pub(crate) mod tokens;
