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
    let is_told = |name: &String| match name.strip_suffix('*') {
        Some(start) => address.starts_with(start),
        None => address == name,
    };
    if is_direct || after(GENERATED) || told.iter().any(is_told) {
        return true;
    }
    sparsely!(warn, address = %Quoted(address), "a request asks for its reply in a queue that this server does not answer to; name it with `Server::reply_queues`");
    false
}

#[cfg(test)]
mod tests {
    use super::may_answer;

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
