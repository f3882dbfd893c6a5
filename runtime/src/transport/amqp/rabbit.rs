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
use super::ids::jitter;
use crate::call::status::Status;
use crate::channel::dial::{self, Address, Offer, Tls};
use crate::channel::url::{self, HostPort, Url, UrlText};
use crate::channel::{Balance, Declare, Endpoint};
#[cfg(feature = "fuzzing")]
pub(super) use convert::wire_properties;
use futures_core::future::BoxFuture;
use lapin::uri::{AMQPScheme, AMQPUri, SASLMechanism};
use lapin::{Connection, ConnectionProperties, ErrorKind};
use percent_encoding::percent_decode_str;
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
    /// The nodes of the broker. A connection goes to the first that answers.
    nodes: Vec<Address>,
    order: Balance,
    tls: Option<Tls>,
    timeout: Duration,
    name: String,
    declare: Declare,
}

impl Rabbit {
    /// Reads the address. It does not connect.
    ///
    /// # Errors
    /// `invalid_argument`, which says what is wrong with the address and shows no password.
    pub(crate) fn new(endpoint: &Endpoint) -> Result<Self, Status> {
        let (text, more) = spread(&endpoint.url);
        let text = &text;
        let url = Url::parse(text)?;
        let mut uri: AMQPUri = with_lower_scheme(text.as_written()).parse().map_err(|why: String| {
            // After the colon lapin repeats the wrong part, which may be a value of the query.
            let why = why.split(": ").next().unwrap_or_default();
            Status::invalid_argument(format!(
                "`{text}` is not an AMQP address: {why}; write amqp://user:password@host:5672/vhost"
            ))
        })?;
        let query = url.query.unwrap_or_default();
        refuse_files(query)?;
        if uri.vhost.is_empty() {
            // A slash at the end of the address names an empty virtual host, which nobody means.
            uri.vhost = "/".to_owned();
        }
        let heartbeat =
            endpoint.amqp.heartbeat.map(|every| u16::try_from(every.as_secs()).unwrap_or(u16::MAX));
        uri.query.heartbeat = heartbeat.or(uri.query.heartbeat).or(Some(HEARTBEAT));
        // lapin's parser reads an IPv6 address as no host.
        let (scheme, host) = (url::scheme(text.as_written()), url.at.host);
        let secure = uri.scheme == AMQPScheme::AMQPS;
        let tls = secure.then(|| Tls::toward(endpoint, host)).transpose()?;
        let nodes = nodes(endpoint, &url, &more, uri.authority.port)?;
        let address = nodes.iter().map(Address::to_string).collect::<Vec<_>>().join(",");
        host.clone_into(&mut uri.authority.host);
        Ok(Self {
            address: format!("{scheme}://{address}"),
            nodes,
            order: endpoint.http.balance,
            tls,
            timeout: endpoint.connect_timeout,
            name: named(endpoint, query),
            declare: declared(endpoint, query)?,
            uri,
        })
    }

    /// Connects to the first node that answers. Who is refused by one would be refused by all.
    async fn connect(&self, role: Role) -> Result<Connection, Fault> {
        let first = match self.order {
            Balance::PickFirst => 0,
            Balance::RoundRobin | Balance::LeastRequest => random_below(self.nodes.len()),
        };
        let mut fault = Fault::Lost("the broker has no address".to_owned());
        for at in 0..self.nodes.len() {
            let node = &self.nodes[(first + at) % self.nodes.len()];
            fault = match timeout(self.timeout, self.connect_to(node, role)).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(fault @ Fault::Lost(_))) => fault,
                Ok(Err(fault)) => return Err(fault),
                Err(_) => Fault::Lost(format!("{node} did not answer within {:?}", self.timeout)),
            };
        }
        Err(fault)
    }

    /// Opens the connection: TCP, TLS and AMQP's handshake.
    async fn connect_to(&self, node: &Address, role: Role) -> Result<Connection, Fault> {
        let opened = dial::open(node, self.tls.as_ref(), Offer::Unnamed, self.timeout).await;
        let io = opened.map_err(|status| Fault::Lost(status.message().to_owned()))?.io;
        let properties =
            ConnectionProperties::default().with_connection_name(format!("{} {role}", self.name).into());
        socket::speak(io, self.uri.clone(), properties).await.map_err(fault)
    }
}

/// Takes further hosts out of `amqp://user:password@a:5672,b:5672/vhost`. Returns the URL of the first one, and
/// the others.
fn spread(text: &UrlText) -> (UrlText, Vec<String>) {
    let written = text.as_written();
    let start = written.find("://").map_or(0, |at| at + 3);
    let end = written[start..].find(['/', '?', '#']).map_or(written.len(), |at| start + at);
    let start = written[start..end].rfind('@').map_or(start, |at| start + at + 1);
    let mut hosts = written[start..end].split(',');
    let first = hosts.next().unwrap_or_default();
    let url = format!("{}{first}{}", &written[..start], &written[end..]);
    (url.into(), hosts.map(str::to_owned).collect())
}

/// The nodes to connect to: those of `Endpoint::addresses`, or those of the URL.
fn nodes(endpoint: &Endpoint, url: &Url<'_>, more: &[String], port: u16) -> Result<Vec<Address>, Status> {
    if !endpoint.http.addresses.is_empty() {
        return endpoint.http.addresses.iter().map(Address::parse).collect();
    }
    let mut nodes = vec![Address::Tcp(url.at.address(port))];
    for text in more {
        let at = HostPort::read(text)
            .map_err(|rule| Status::invalid_argument(format!("the broker's host `{text}` {rule}")))?;
        // Every node has the default port, unless it names another.
        let default = if url::scheme(endpoint.url.as_written()) == "amqps" { 5671 } else { 5672 };
        nodes.push(Address::Tcp(at.address(default)));
    }
    Ok(nodes)
}

fn random_below(count: usize) -> usize {
    let random = jitter(Duration::from_secs(1)).subsec_nanos();
    usize::try_from(random).unwrap_or_default() % count.max(1)
}

/// The value of a parameter of the query, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next_back()?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// The name that the broker lists our connections by.
fn named(endpoint: &Endpoint, query: &str) -> String {
    let own = endpoint.amqp.connection_name.clone().or_else(|| parameter(query, "connection_name"));
    own.unwrap_or_else(|| "polywire".to_owned())
}

fn declared(endpoint: &Endpoint, query: &str) -> Result<Declare, Status> {
    match (endpoint.amqp.declare, parameter(query, "declare").as_deref()) {
        (Some(declare), _) => Ok(declare),
        (None, None | Some("all")) => Ok(Declare::All),
        (None, Some("passive")) => Ok(Declare::Passive),
        (None, Some("none")) => Ok(Declare::None),
        (None, Some(_)) => Err(Status::invalid_argument(
            "`declare` in the broker's address: write `all`, `passive` or `none`",
        )),
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
            let connection = self.connect(role).await?;
            Ok(Arc::new(link::RabbitLink::new(connection, role, self.declare)) as Arc<dyn BrokerLink>)
        })
    }

    fn address(&self) -> &str {
        &self.address
    }

    fn user(&self) -> Option<&str> {
        let plain = self.uri.query.auth_mechanism.unwrap_or_default() != SASLMechanism::External;
        plain.then_some(&self.uri.authority.userinfo.username)
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
    fn an_address_may_name_several_nodes() {
        for (url, shown) in [
            ("amqp://u:secret@a:5673,b/shop?heartbeat=3", "amqp://a:5673,b:5672"),
            ("amqps://u:sec%2cret@a,b:1,[::1]:2", "amqps://a:5671,b:1,[::1]:2"),
            ("amqp://a?x=1,2", "amqp://a:5672"),
        ] {
            if cfg!(not(feature = "tls")) && url.starts_with("amqps") {
                continue;
            }
            let rabbit = parsed(url).expect(url);
            assert_eq!(rabbit.address(), shown);
        }
        let shop = parsed("amqp://u:secret@a:5673,b/shop").expect("valid");
        assert_eq!(
            (shop.uri.vhost.as_str(), shop.uri.authority.userinfo.password.as_str()),
            ("shop", "secret")
        );
        let error = parsed("amqp://u:secret@a,b:x/shop").expect_err("no port").to_string();
        assert!(error.contains("`b:x`") && !error.contains("secret"), "{error}");
        assert!(parsed("amqp://a,,b").is_err());
    }

    #[test]
    fn addresses_take_the_place_of_the_urls_host() {
        let endpoint =
            Endpoint::new("amqp://broker.internal/shop").addresses(["10.0.0.1:5672", "10.0.0.2:5673"]);
        assert_eq!(Rabbit::new(&endpoint).expect("valid").address(), "amqp://10.0.0.1:5672,10.0.0.2:5673");
        assert!(Rabbit::new(&endpoint.addresses(["10.0.0.1"])).is_err(), "no port");
    }

    #[test]
    fn an_option_stands_in_the_address_or_in_the_endpoint() {
        let rabbit = parsed("amqp://h?declare=passive&connection_name=pay%20roll").expect("valid");
        assert_eq!((rabbit.declare, rabbit.name.as_str()), (Declare::Passive, "pay roll"));
        let endpoint = Endpoint::new("amqp://h?declare=passive&heartbeat=3&connection_name=x")
            .declare(Declare::None)
            .connection_name("orders")
            .heartbeat(Duration::from_secs(7));
        let rabbit = Rabbit::new(&endpoint).expect("valid");
        assert_eq!((rabbit.declare, rabbit.name.as_str()), (Declare::None, "orders"));
        assert_eq!(rabbit.uri.query.heartbeat, Some(7));
        let plain = parsed("amqp://h").expect("valid");
        assert_eq!((plain.declare, plain.name.as_str()), (Declare::All, "polywire"));
        let error = parsed("amqp://h?declare=some").expect_err("no such word").to_string();
        assert!(error.contains("`passive`"), "{error}");
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
