//! `#[amqp(…)]`: its grammar, and its plan as a constant.

pub(crate) mod attr;
mod batch;
mod foreign;
mod load;
mod order;
mod pattern;
mod schedule;
pub(crate) mod tokens;
