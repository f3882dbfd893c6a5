//! Transports in the macros: the code that reads their attributes and writes their plans.

pub(crate) mod amqp;
pub(crate) mod attr;
pub(crate) mod http;
pub(crate) mod tokens;
pub(crate) mod ws;
