//! The addresses that a server replies to.
//!
//! A server publishes with its own rights, and a caller names the address. So a server answers only at addresses
//! that belong to a caller: direct replies, queues that the broker named, and queues that the server was told of.
//! Otherwise a caller could send its text into any queue that the server may write, such as another task queue.

use super::broker::REPLY_TO;
use crate::log::{Quoted, sparsely};

/// The names that RabbitMQ gives to queues whose client names none.
const GENERATED: &str = "amq.gen-";

/// Whether a reply may go to `address`. `told` are names, or beginnings of names with a `*` at the end.
pub(crate) fn may_answer(address: &str, told: &[String]) -> bool {
    let after = |start: &str| address.strip_prefix(start).is_some_and(|rest| !rest.is_empty());
    let is_direct =
        address.strip_prefix(REPLY_TO).is_some_and(|rest| rest.len() > 1 && rest.starts_with('.'));
    if is_direct || after(GENERATED) || is_told(address, told) {
        return true;
    }
    sparsely!(warn, address = %Quoted(address), "a request asks for its reply in a queue that this server does not answer to; name it with `Server::reply_queues`");
    false
}

/// Whether the server was told of a queue.
pub(super) fn is_told(queue: &str, told: &[String]) -> bool {
    told.iter().any(|name| match name.strip_suffix('*') {
        Some(start) => queue.starts_with(start),
        None => queue == name,
    })
}

/// Whether an address is a UUID, as Celery names the queue of a producer's results.
pub(super) fn is_uuid(address: &str) -> bool {
    address.len() == uuid::fmt::Hyphenated::LENGTH && uuid::Uuid::try_parse(address).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{is_uuid, may_answer};

    #[test]
    fn a_queue_of_celery_is_a_uuid() {
        assert!(
            is_uuid("00000000-0000-3000-8000-00000000000a")
                && is_uuid("F1E2d3c4-0000-3000-8000-00000000000a")
        );
        for other in
            ["", "celery", "00000000-0000-3000-8000-00000000000", "00000000x0000-3000-8000-00000000000a"]
        {
            assert!(!is_uuid(other), "{other}");
        }
    }

    #[test]
    fn only_queues_of_callers_are_answered() {
        let told = ["results".to_owned(), "celery.*".to_owned()];
        for address in ["amq.rabbitmq.reply-to.g1h3.x==", "amq.gen-a1", "results", "celery.", "celery.7"] {
            assert!(may_answer(address, &told), "{address}");
        }
        let strange = [
            "task.v1.Tasks.Charge",
            "task.v1.Tasks.Charge.dlq",
            "polywire.delay.1s",
            "amq.rabbitmq.reply-to",
            "amq.rabbitmq.reply-to.",
            "amq.rabbitmq.reply-tomorrow",
            "amq.gen-",
            "results2",
            "celery",
            "",
        ];
        for address in strange {
            assert!(!may_answer(address, &told), "{address}");
        }
    }
}
