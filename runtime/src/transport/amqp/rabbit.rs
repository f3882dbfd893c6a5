//! The adapter for a real broker, over lapin.
//!
//! lapin's own recovery is off. After a reconnect it doubles bindings, and loses consumers of queues that the
//! server named. It also acknowledges by tags of the old channel. Here a connection is never repaired: its
//! holder opens a fresh one (`dial`) and declares everything again.
//!
//! With `?auth_mechanism=external` the client's certificate is the user (SASL EXTERNAL). It is not assumed
//! where an address names no user: RabbitMQ's URI specification leaves that to a default, which is `guest`.
//! Options that RabbitMQ's Erlang client reads of TLS in an address (`cacertfile`, `verify` …) are refused by
//! name rather than passed over.

mod channels;
mod convert;
mod link;
mod outlet;
mod screen;
mod socket;

use super::broker::{Broker, BrokerLink, Fault, Role};
use crate::call::status::Status;
use crate::channel::Endpoint;
use crate::channel::dial::{self, Address, Offer, Tls};
use crate::channel::url::{self, Url};
#[cfg(feature = "fuzzing")]
pub(super) use convert::wire_properties;
use futures_core::future::BoxFuture;
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties, ErrorKind};
#[cfg(feature = "fuzzing")]
pub(super) use screen::{DEEPEST, depth, screened};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Seconds between heartbeats. A peer that is silent for twice as long is gone.
const HEARTBEAT: u16 = 10;

/// Parameters of an address that RabbitMQ's Erlang client reads ("RabbitMQ URI Query Parameters").
const TLS_PARAMETERS: [&str; 8] = [
    "cacertfile",
    "certfile",
    "keyfile",
    "password",
    "verify",
    "fail_if_no_peer_cert",
    "server_name_indication",
    "depth",
];

/// A broker at an `amqp://` or `amqps://` address.
pub(crate) struct Rabbit {
    uri: AMQPUri,
    address: String,
    socket: Address,
    tls: Option<Tls>,
    timeout: Duration,
}

impl Rabbit {
    /// Reads the address. It does not connect.
    ///
    /// # Errors
    /// `invalid_argument`, which says what is wrong with the address and shows no password.
    pub(crate) fn new(endpoint: &Endpoint) -> Result<Self, Status> {
        let text = &endpoint.url;
        let url = Url::parse(text)?;
        let mut uri: AMQPUri = with_lower_scheme(text.as_written()).parse().map_err(|why: String| {
            // After the colon lapin repeats the wrong part, which may be a value of the query.
            let why = why.split(": ").next().unwrap_or_default();
            Status::invalid_argument(format!(
                "`{text}` is not an AMQP address: {why}; write amqp://user:password@host:5672/vhost"
            ))
        })?;
        refuse_files(url.query.unwrap_or_default())?;
        if uri.vhost.is_empty() {
            // A slash at the end of the address names an empty virtual host, which nobody means.
            uri.vhost = "/".to_owned();
        }
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        // lapin's parser reads an IPv6 address as no host.
        let (scheme, host) = (url::scheme(text.as_written()), url.at.host);
        let at = url.at.address(uri.authority.port);
        let secure = uri.scheme == AMQPScheme::AMQPS;
        let tls = secure.then(|| Tls::toward(endpoint, host)).transpose()?;
        host.clone_into(&mut uri.authority.host);
        Ok(Self {
            address: format!("{scheme}://{at}"),
            socket: Address::Tcp(at),
            tls,
            timeout: endpoint.connect_timeout,
            uri,
        })
    }

    /// Opens the connection: TCP, TLS and AMQP's handshake.
    async fn connect(&self, role: Role) -> Result<Connection, Fault> {
        let opened = dial::open(&self.socket, self.tls.as_ref(), Offer::Unnamed, self.timeout).await;
        let io = opened.map_err(|status| Fault::Lost(status.message().to_owned()))?.io;
        let properties =
            ConnectionProperties::default().with_connection_name(format!("polywire {role}").into());
        socket::speak(io, self.uri.clone(), properties).await.map_err(fault)
    }
}

/// Refuses RabbitMQ's TLS parameters in a query, which name files and switch checks off. polywire does not
/// read them, and an ignored TLS option must not look as if it worked.
fn refuse_files(query: &str) -> Result<(), Status> {
    let mut names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    match names.find(|name| TLS_PARAMETERS.contains(name)) {
        None => Ok(()),
        Some(name) => Err(Status::invalid_argument(format!(
            "`{name}` in the broker's address is not supported: give certificates and names to `ClientTls`, by `Endpoint::tls`"
        ))),
    }
}

/// Writes the scheme in lower case, because lapin compares schemes by case.
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
    fn open(&self, role: Role) -> BoxFuture<'_, Result<Arc<dyn BrokerLink>, Fault>> {
        Box::pin(async move {
            let connection = timeout(self.timeout, self.connect(role)).await.map_err(|_| {
                Fault::Lost(format!("{} did not answer within {:?}", self.address, self.timeout))
            })??;
            Ok(Arc::new(link::RabbitLink::new(connection)) as Arc<dyn BrokerLink>)
        })
    }

    fn address(&self) -> &str {
        &self.address
    }
}

/// Sorts lapin's errors into our three kinds.
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

    fn parsed(url: &str) -> Result<Rabbit, Status> {
        Rabbit::new(&Endpoint::new(url))
    }

    #[test]
    fn an_address_loses_its_password_before_it_is_shown() {
        let rabbit = parsed("amqp://user:secret@broker:5673/shop").expect("valid");
        assert_eq!(rabbit.address(), "amqp://broker:5673");
        assert!(!format!("{rabbit:?}").contains("secret"));
        let error = parsed("http://user:secret@broker/").expect_err("not AMQP").to_string();
        assert!(!error.contains("secret"), "{error}");
        let error = parsed("amqp://broker?auth_mechanism=secret").expect_err("no mechanism").to_string();
        assert!(error.contains("Invalid SASL mechanism;") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn a_slash_at_the_end_means_the_default_virtual_host() {
        for url in ["amqp://h", "amqp://h/", "amqp://h/%2f"] {
            assert_eq!(parsed(url).expect("valid").uri.vhost, "/", "{url}");
        }
        assert_eq!(parsed("amqp://h/shop").expect("valid").uri.vhost, "shop");
    }

    #[test]
    fn the_heartbeat_is_ours_unless_the_address_names_one() {
        assert_eq!(parsed("amqp://h").expect("valid").uri.query.heartbeat, Some(10));
        assert_eq!(parsed("amqp://h?heartbeat=3").expect("valid").uri.query.heartbeat, Some(3));
    }

    #[test]
    fn the_host_of_an_address_may_be_an_ipv6_address() {
        assert_eq!(parsed("amqp://[::1]:5673/shop").expect("valid").address(), "amqp://[::1]:5673");
        assert_eq!(parsed("amqp://u:p@[fe80::1]").expect("valid").address(), "amqp://[fe80::1]:5672");
    }

    #[test]
    fn an_option_of_tls_that_is_not_read_is_refused_by_name() {
        for name in TLS_PARAMETERS {
            let error =
                parsed(&format!("amqps://u:secret@h/shop?heartbeat=3&{name}=x")).expect_err(name).to_string();
            assert!(
                error.contains(name) && error.contains("ClientTls") && !error.contains("secret"),
                "{error}"
            );
        }
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn tls_needs_its_feature() {
        let error = parsed("amqps://u:secret@h").expect_err("no TLS").to_string();
        assert!(error.contains("needs TLS: enable polywire's feature `tls`"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }

    #[cfg(feature = "tls")]
    #[test]
    fn the_port_of_tls_is_its_own() {
        assert_eq!(parsed("amqps://h/shop").expect("valid").address(), "amqps://h:5671");
    }
}
