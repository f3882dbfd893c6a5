//! The addresses of methods. The plan's own module makes their names and declarations.

use crate::call::spec::Method;
use polywire_codegen::transport::amqp::Plan;
pub(crate) use polywire_codegen::transport::amqp::topology::{
    Address, DEAD_LETTERS, DELIVERY_LIMIT, Sequence, dead_letter_queue, delay,
};

#[cfg(feature = "schedule")]
pub(crate) use polywire_codegen::transport::amqp::topology::schedule;
#[cfg(any(test, feature = "schedule", feature = "testing"))]
pub(crate) use polywire_codegen::transport::amqp::topology::schedule_queue;

/// The address of a method for its publisher.
pub(crate) fn published_to(method: &'static Method, plan: &'static Plan) -> Address<'static> {
    Address::of(service(method), method.name(), plan)
}

/// The address of a method for a consumer of `group`.
pub(crate) fn consumed_by(group: &str, method: &'static Method, plan: &'static Plan) -> Address<'static> {
    Address::consumed_by(group, service(method), method.name(), plan)
}

/// The service's full name, such as `books.v1.BookService`.
pub(super) fn service(method: &'static Method) -> &'static str {
    method.full_name().split('/').next().unwrap_or_default()
}
