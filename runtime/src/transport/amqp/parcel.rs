//! [`Parcel`]: a delivery with what is known of its first publish, for the call's context and for copies.
//!
//! A retry is a copy of ours, and headers tell of its first publish. Other publishers may write such headers too, so
//! each is believed only as far as the broker backs it. A message came by the default exchange if a delay level or a
//! replay sent it. The broker compares the property `user_id` with the publisher's connection. So a copy that
//! names our own user was written with our credentials.

use super::broker::Delivery;
use super::envelope::{self, Opened};
use super::foreign::celery;
use super::ids::unix_millis;
use super::properties::{Properties, Value, ValueRef};
use super::wire;
use crate::call::delivered::{CloudEvent, Envelope};
use crate::call::status::Result;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A delivery and its history.
pub(crate) struct Parcel {
    delivery: Delivery,
    queue: Arc<str>,
    /// Our own user on the broker, if it is known.
    us: Option<Arc<str>>,
    /// Milliseconds since the epoch.
    first_seen: u64,
    opened: OnceLock<Result<Opened>>,
}

impl Parcel {
    pub(crate) fn new(delivery: Delivery, queue: Arc<str>, us: Option<Arc<str>>) -> Self {
        let first_seen = first_seen(&delivery).unwrap_or_else(unix_millis);
        Self { delivery, queue, us, first_seen, opened: OnceLock::new() }
    }

    /// The time since the first publish, in milliseconds.
    pub(crate) fn age_ms(&self) -> u64 {
        unix_millis().saturating_sub(self.first_seen)
    }

    /// The message, out of its envelope. It is read once.
    ///
    /// # Errors
    /// The reason why it cannot be read.
    pub(crate) fn opened(&self) -> Result<&Opened> {
        self.opened.get_or_init(|| envelope::open(&self.delivery)).as_ref().map_err(Clone::clone)
    }

    /// The properties of a copy. It keeps what is known of the first publish.
    pub(crate) fn copy(&self, vouch: Vouch) -> Properties {
        let mut properties = wire::copy(&self.delivery);
        let headers = &mut properties.headers;
        let (exchange, key) = self.address();
        for (name, first) in [(wire::EXCHANGE, exchange), (wire::KEY, key)] {
            headers.insert(name.to_owned(), Value::from(first));
        }
        headers.insert(
            wire::FIRST_SEEN.to_owned(),
            Value::Int(i64::try_from(self.first_seen).unwrap_or(i64::MAX)),
        );
        headers.remove(wire::USER);
        if let (Vouch::Own, Some(us), Some(user)) = (vouch, &self.us, self.user_id()) {
            headers.insert(wire::USER.to_owned(), Value::from(user));
            properties.user_id = Some(us.to_string());
        }
        properties
    }
}

/// Whether a copy names our own user, which the broker then checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vouch {
    Own,
    /// The broker knows us by another name than our address does.
    Nobody,
}

impl Deref for Parcel {
    type Target = Delivery;

    fn deref(&self) -> &Delivery {
        &self.delivery
    }
}

impl Envelope for Parcel {
    fn id(&self) -> Option<&str> {
        // A task of Celery has its id in a header, and a copy of it has a message id of its own.
        celery::id(&self.delivery.properties).or_else(|| self.delivery.properties.message_id())
    }

    fn is_redelivered(&self) -> bool {
        self.delivery.redelivered
    }

    fn first_seen(&self) -> SystemTime {
        let since = Duration::from_millis(self.first_seen);
        UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
    }

    fn address(&self) -> (&str, &str) {
        wire::address(&self.delivery)
    }

    fn queue(&self) -> &str {
        &self.queue
    }

    fn user_id(&self) -> Option<&str> {
        let named = self.delivery.properties.user_id()?;
        if !wire::is_retry(&self.delivery) {
            return Some(named);
        }
        let first = self.delivery.properties.header(wire::USER).and_then(ValueRef::text);
        first.filter(|_| self.us.as_deref() == Some(named))
    }

    fn cloud_event(&self) -> Option<&CloudEvent> {
        self.opened().ok()?.event.as_deref()
    }
}

/// The time of the first publish, in milliseconds since the epoch, where the message tells it.
fn first_seen(delivery: &Delivery) -> Option<u64> {
    let kept = || {
        let kept = delivery.properties.header(wire::FIRST_SEEN)?.int()?;
        u64::try_from(kept).ok().filter(|_| delivery.exchange.is_empty())
    };
    kept().or_else(|| delivery.properties.timestamp()?.checked_mul(1_000))
}

#[cfg(test)]
mod tests {
    use super::super::properties::{Fields, Received};
    use super::*;
    use bytes::Bytes;

    fn parcel(exchange: &str, properties: Properties) -> Parcel {
        let delivery = Delivery {
            tag: 1,
            exchange: exchange.to_owned(),
            routing_key: "orders".to_owned(),
            redelivered: false,
            properties: Received::Own(Arc::new(properties)),
            body: Bytes::new(),
        };
        Parcel::new(delivery, "orders".into(), Some("us".into()))
    }

    /// The copy as a delay level sends it back.
    fn returned(properties: Properties) -> Parcel {
        let mut properties = properties;
        properties.headers.insert("x-first-death-queue".into(), Value::from("polywire.delay.1s"));
        parcel("", properties)
    }

    fn first() -> Properties {
        Properties {
            timestamp: Some(5),
            user_id: Some("ann".into()),
            headers: Fields::from([
                (wire::EXCHANGE.to_owned(), Value::from("forged")),
                (wire::KEY.to_owned(), Value::from("forged")),
                (wire::USER.to_owned(), Value::from("forged")),
                (wire::FIRST_SEEN.to_owned(), Value::Int(1)),
            ]),
            ..Properties::default()
        }
    }

    fn told(parcel: &Parcel) -> ((&str, &str), Option<&str>, Duration) {
        (
            parcel.address(),
            parcel.user_id(),
            parcel.first_seen().duration_since(UNIX_EPOCH).expect("after it"),
        )
    }

    #[test]
    fn a_retry_tells_of_the_first_publish_and_a_stranger_cannot() {
        let first = parcel("shop", first());
        let expected = (("shop", "orders"), Some("ann"), Duration::from_secs(5));
        assert_eq!(told(&first), expected);
        let second = returned(first.copy(Vouch::Own));
        assert_eq!(told(&second), expected);
        let third = returned(second.copy(Vouch::Own));
        assert_eq!(told(&third), expected);
    }

    #[test]
    fn a_user_is_kept_only_where_the_broker_vouches_for_the_copy() {
        let first = parcel("shop", first());
        let unvouched = first.copy(Vouch::Nobody);
        assert_eq!((unvouched.user_id.as_deref(), unvouched.headers.get(wire::USER)), (None, None));
        assert_eq!(returned(unvouched).user_id(), None);
        // Another user writes a copy like ours.
        let mut forged = first.copy(Vouch::Own);
        forged.user_id = Some("eve".into());
        assert_eq!(returned(forged.clone()).user_id(), None);
        forged.user_id = None;
        assert_eq!(returned(forged).user_id(), None);
    }

    #[test]
    fn a_message_without_a_time_has_the_time_at_which_it_came() {
        let before = SystemTime::now() - Duration::from_millis(1);
        let first = parcel("shop", Properties::default());
        let seen = first.first_seen();
        assert!(seen >= before && seen <= SystemTime::now());
        assert_eq!(returned(first.copy(Vouch::Own)).first_seen(), seen);
    }

    #[test]
    fn a_time_beyond_the_clock_is_no_panic() {
        let _ = parcel("", Properties { timestamp: Some(u64::MAX), ..Properties::default() }).first_seen();
        let headers = Fields::from([(wire::FIRST_SEEN.to_owned(), Value::Int(i64::MAX))]);
        let _ = parcel("", Properties { headers, ..Properties::default() }).copy(Vouch::Own);
    }
}
