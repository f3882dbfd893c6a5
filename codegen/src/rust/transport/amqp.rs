//! `#[amqp(…)]`: its grammar, and its plan as a constant.

pub(crate) mod attr;
mod batch;
mod load;
mod order;
pub(crate) mod tokens;
