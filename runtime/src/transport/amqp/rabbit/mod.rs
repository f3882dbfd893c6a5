//! The adapter for a real broker, over lapin.
//!
//! lapin's own recovery is off: after a reconnect it doubles bindings, loses consumers of queues that the server named,
//! and acknowledges by tags of the old channel. A connection here lives once; whoever holds it opens a fresh one
//! (`supervisor`) and declares everything again.

mod channels;
mod convert;
mod link;
mod outlet;
mod screen;
mod socket;

#[cfg(feature = "fuzzing")]
pub(super) use convert::wire_properties;
pub(crate) use convert::{properties, view};
#[cfg(feature = "fuzzing")]
pub(super) use screen::{DEEPEST, depth, screened};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{ConnectionProperties, ErrorKind};
use tokio::time::timeout;

use super::broker::{Broker, Fault, Link, Role};
use crate::status::Status;
use crate::url::{self, Url, UrlText};

/// The whole way to a usable connection: TCP, TLS and AMQP's handshake. lapin's own timeout covers TCP only.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Seconds between heartbeats: a peer that says nothing for twice as long is gone.
const HEARTBEAT: u16 = 10;

/// A broker at an `amqp://` or `amqps://` address.
pub(crate) struct Rabbit {
    uri: AMQPUri,
    address: String,
}

impl Rabbit {
    /// Reads the address. It does not connect.
    ///
    /// # Errors
    /// `invalid_argument`, which says what is wrong with it and shows no password.
    pub(crate) fn new(text: &UrlText) -> Result<Self, Status> {
        Url::parse(text)?;
        let mut uri: AMQPUri = with_lower_scheme(text.as_written()).parse().map_err(|why| {
            Status::invalid_argument(format!(
                "`{text}` is no AMQP address: {why}; write amqp://user:password@host:5672/vhost"
            ))
        })?;
        if uri.vhost.is_empty() {
            // A slash at the end of the address names an empty virtual host, and nobody means that.
            uri.vhost = "/".to_owned();
        }
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        let scheme = if uri.scheme == AMQPScheme::AMQPS { "amqps" } else { "amqp" };
        let address = format!("{scheme}://{}:{}", uri.authority.host, uri.authority.port);
        Ok(Self { uri, address })
    }
}

/// lapin compares schemes with their case.
fn with_lower_scheme(url: &str) -> String {
    let rest = url.split_once(':').map_or("", |(_, rest)| rest);
    format!("{}:{rest}", url::scheme(url))
}

impl fmt::Debug for Rabbit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rabbit").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Broker for Rabbit {
    fn open(&self, role: Role) -> BoxFuture<'_, Result<Arc<dyn Link>, Fault>> {
        Box::pin(async move {
            let properties =
                ConnectionProperties::default().with_connection_name(format!("polywire {role}").into());
            let connection = timeout(CONNECT_TIMEOUT, socket::connect(self.uri.clone(), properties))
                .await
                .map_err(|_| Fault::Lost(format!("{} did not answer within 10 s", self.address)))?
                .map_err(fault)?;
            Ok(Arc::new(link::RabbitLink::new(connection)) as Arc<dyn Link>)
        })
    }

    fn address(&self) -> &str {
        &self.address
    }
}

/// lapin's errors in our three kinds.
fn fault(error: lapin::Error) -> Fault {
    match error.kind() {
        ErrorKind::ProtocolError(refusal) if error.is_amqp_soft_error() => {
            Fault::Refused { code: refusal.get_id(), text: refusal.get_message().to_string() }
        }
        _ => Fault::Lost(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_password_before_it_is_shown() {
        let rabbit = Rabbit::new(&"amqp://user:secret@broker:5673/shop".into()).expect("valid");
        assert_eq!(rabbit.address(), "amqp://broker:5673");
        assert!(!format!("{rabbit:?}").contains("secret"));
        let error = Rabbit::new(&"http://user:secret@broker/".into()).expect_err("not AMQP").to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn a_slash_at_the_end_means_the_default_virtual_host() {
        for url in ["amqp://h", "amqp://h/", "amqp://h/%2f"] {
            assert_eq!(Rabbit::new(&url.into()).expect("valid").uri.vhost, "/", "{url}");
        }
        assert_eq!(Rabbit::new(&"amqp://h/shop".into()).expect("valid").uri.vhost, "shop");
    }

    #[test]
    fn the_heartbeat_is_ours_unless_the_address_names_one() {
        assert_eq!(Rabbit::new(&"amqp://h".into()).expect("valid").uri.query.heartbeat, Some(10));
        assert_eq!(Rabbit::new(&"amqp://h?heartbeat=3".into()).expect("valid").uri.query.heartbeat, Some(3));
    }
}
