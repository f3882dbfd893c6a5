//! Configuration: everything that a [`Server`](crate::Server) can be told by a file or by environment variables.
//!
//! A key has the name of the server's method. One row in this file makes the field, its default, and its place in
//! `docs/configuration.md`; a test asks for a row when the server has a new option.

mod entries;
mod env;
mod error;
mod keys;
mod node;
mod read;
mod reference;
mod reload;
mod serve;
mod sources;

pub use entries::{ConfigBroker, ConfigListen};
pub use error::ConfigError;
pub use reload::Reload;
pub use sources::ConfigSources;

use crate::call::compression::Compression;
use crate::call::limits::Limits;
use keys::{Row, Shown, table};
use polywire_codegen::schema::openapi::Version;
use serde::Deserialize;
use std::path::Path;

/// The keys whose values may hold a password. Errors do not show them.
const SECRET: [&str; 1] = ["amqp"];

fn default(text: &str) -> Shown {
    Shown::Default(text.to_owned())
}

table! {
    /// The configuration of a server. Its keys have the names of [`Server`](crate::Server)'s methods. A service, and what
    /// else only a program can give, is added to the server.
    ///
    /// ```no_run
    /// # async fn run(books: impl polywire::Service) -> Result<(), Box<dyn std::error::Error>> {
    /// let config = polywire::Config::load("polywire.toml")?; // and the variables POLYWIRE_…
    /// config.server()?.service(books).serve().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Every key may be left out, and then has the default of the server. An unknown key is an error. The guide lists
    /// all keys. `Config` is `Deserialize`, so it can also be a part of your own configuration.
    Config {
        /// The addresses to listen on: `host:port`, `unix:/path`, or a table with `address`, and for a Unix socket
        /// `mode` and `group`: `{ address = "unix:/run/books.sock", mode = "660", group = "www" }`.
        listen: Vec<ConfigListen> = Vec::new(), default("[]");
        /// Addresses that other processes may listen on as well (SO_REUSEPORT). Unix only.
        listen_shared: Vec<String> = Vec::new(), default("[]");
        /// Whether each core has its own thread and connections.
        thread_per_core: bool = false, default("false");
        /// The compressions that requests may have: `gzip`, `deflate`, `br`, `zstd`, `snappy`.
        #[serde(deserialize_with = "entries::compressions")]
        compression: Vec<Compression> = Vec::new(), default("[]");
        /// The hosts that are served, such as `shop.example` or `*.shop.example`. None means the server's default.
        hosts: Vec<String> = Vec::new(), default("[]");
        /// The proxies that are believed about clients: addresses, networks, or `unix`.
        trusted_proxies: Vec<String> = Vec::new(), default("[]");
        /// The header in which trusted proxies name the client: `x-forwarded-for`, `forwarded` or `x-real-ip`.
        #[serde(deserialize_with = "entries::client_address")]
        client_address: Option<crate::net::ClientAddress> = None, Shown::Example("\"x-forwarded-for\"");
        /// The peers that begin each connection with the PROXY protocol: addresses or networks.
        proxy_protocol: Vec<String> = Vec::new(), default("[]");
        /// Names of metadata that the calls of a handler take on from its own call.
        propagate: Vec<String> = Vec::new(), default("[]");
        /// The brokers to consume from: `amqp://…`, `amqps://…`, `memory:…`, or a table with `url`, and for TLS `roots`,
        /// `certificate`, `key` (paths of PEM files) and `server_name`. No error shows a value of this key.
        #[cfg(feature = "_queue")]
        amqp: Vec<ConfigBroker> = Vec::new(), default("[]");
        /// The consumer group of events. By default the name of the program.
        #[cfg(feature = "_queue")]
        consumer_group: Option<String> = None, Shown::Example("\"mails\"");
        /// Queues of callers that replies over AMQP may go to. A `*` at the end stands for any rest.
        #[cfg(feature = "_queue")]
        reply_queues: Vec<String> = Vec::new(), default("[]");
        /// The broker's consumer timeout, if it is not RabbitMQ's 30 minutes.
        #[cfg(feature = "_queue")]
        #[serde(with = "crate::call::limits::text")]
        consumer_timeout: Option<std::time::Duration> = None, Shown::Example("\"4h\"");
        /// Whether documents and reflection show the schema.
        show_schema: bool = true, default("true");
        /// Whether gRPC reflection shows the schema.
        #[cfg(feature = "grpc")]
        reflection: bool = true, default("true");
        /// The OpenAPI version of `/openapi.json`: `3.1` or `3.2`.
        #[serde(deserialize_with = "entries::openapi")]
        openapi: Version = Version::default(), default("\"3.1\"");
        /// The log level, for the program: polywire sets up no logger.
        log: Option<String> = None, Shown::Example("\"info\"");
        /// TLS of every TCP listener. Without this table there is none.
        #[cfg(feature = "tls")]
        tls: Option<ConfigTls> = None, Shown::Optional(ConfigTls::rows());
        /// The pages of other sites that may call. Without this table none may.
        cors: Option<ConfigCors> = None, Shown::Optional(ConfigCors::rows());
        /// Probes and numbers for an operator. Without this table there are none.
        operation: Option<ConfigOperation> = None, Shown::Optional(ConfigOperation::rows());
        /// The API as a whole, for the documents.
        info: Option<ConfigInfo> = None, Shown::Optional(ConfigInfo::rows());
        /// The limits. A duration is a number and a unit (`ms`, `s`, `m`, `h`). A size is a number of bytes, or has a
        /// unit: `"64KiB"`, `"4MiB"`, `"1GiB"`.
        limits: Limits = Limits::default(), Shown::Table(limits());
    }
}

#[cfg(feature = "tls")]
table! {
    /// The key `tls`: [`ServerTls`](crate::ServerTls) from files.
    ///
    /// ```
    /// use polywire::{Config, ConfigTls};
    /// let mut tls = ConfigTls::default();
    /// tls.certificate = "server.pem".into();
    /// tls.key = "server.key".into();
    /// let mut config = Config::default();
    /// config.tls = Some(tls);
    /// assert!(config.server().expect_err("there is no such file").to_string().contains("tls.certificate"));
    /// ```
    ConfigTls {
        /// The path of the certificate chain (PEM), the server's own certificate first.
        certificate: std::path::PathBuf = std::path::PathBuf::new(), Shown::Example("\"/etc/books/server.pem\"");
        /// The path of the private key (PEM).
        key: std::path::PathBuf = std::path::PathBuf::new(), Shown::Example("\"/etc/books/server.key\"");
        /// The path of the roots (PEM) that client certificates must come from. Without it no client is asked.
        client_roots: Option<std::path::PathBuf> = None, Shown::Example("\"/etc/books/clients.pem\"");
        /// Whether a client must show a certificate: `required` or `optional`.
        #[serde(deserialize_with = "entries::client_auth")]
        client_auth: crate::net::ClientAuth = crate::net::ClientAuth::Required, default("\"required\"");
        /// The path of the revocation lists (PEM) for client certificates.
        client_crls: Option<std::path::PathBuf> = None, Shown::Example("\"/etc/books/revoked.pem\"");
    }
}

table! {
    /// The key `cors`: [`Cors`](crate::Cors).
    ///
    /// ```
    /// use polywire::{Config, ConfigCors};
    /// let mut cors = ConfigCors::default();
    /// cors.origins = vec!["https://shop.example".to_owned()];
    /// let mut config = Config::default();
    /// config.cors = Some(cors);
    /// ```
    ConfigCors {
        /// The origins of the pages, such as `https://shop.example`. `*` alone means every page.
        origins: Vec<String> = Vec::new(), Shown::Example("[\"https://shop.example\"]");
        /// Whether the credentials of the pages' users are let in. Not with `*`.
        credentials: bool = false, default("false");
        /// Response headers that pages may read as well.
        expose: Vec<String> = Vec::new(), default("[]");
    }
}

table! {
    /// The key `operation`: [`Operation`](crate::Operation).
    ///
    /// ```
    /// use polywire::{Config, ConfigOperation};
    /// let mut operation = ConfigOperation::default();
    /// operation.listen = vec!["0.0.0.0:9900".into()];
    /// let mut config = Config::default();
    /// config.operation = Some(operation);
    /// ```
    ConfigOperation {
        /// The addresses of operation's own listeners, without TLS. None means the listeners of the server.
        listen: Vec<ConfigListen> = Vec::new(), default("[]");
        /// Whether the listeners of the server answer probes too.
        probes_everywhere: bool = false, default("false");
        /// Whether everybody sees why the server is not ready.
        reasons: bool = false, default("false");
        /// Whether `/debug/calls` and `/debug/connections` tell what runs. Only with `listen`.
        debug: bool = false, default("false");
    }
}

table! {
    /// The key `info`: [`ApiInfo`](crate::ApiInfo).
    ///
    /// ```
    /// use polywire::{Config, ConfigInfo};
    /// let mut info = ConfigInfo::default();
    /// info.title = "Bookstore".to_owned();
    /// let mut config = Config::default();
    /// config.info = Some(info);
    /// ```
    ConfigInfo {
        /// The title of the API.
        title: String = "API".to_owned(), default("\"API\"");
        /// The version of the API.
        version: String = "1.0.0".to_owned(), default("\"1.0.0\"");
        /// The purpose of the API, in Markdown. By default it comes from the comments of the services.
        description: Option<String> = None, Shown::Example("\"Books, and orders of them.\"");
        /// The contact for questions: a name and the URL of a page.
        contact: Option<(String, String)> = None, Shown::Example("[\"The bookstore\", \"https://shop.example/help\"]");
        /// The licence, as an SPDX expression.
        license: Option<String> = None, Shown::Example("\"Apache-2.0\"");
        /// Addresses for HTTP and WebSocket.
        servers: Vec<String> = Vec::new(), default("[]");
        /// Brokers that the API consumes from, without user and password.
        brokers: Vec<String> = Vec::new(), default("[]");
    }
}

impl Config {
    /// Reads a file, and then the environment variables `POLYWIRE_…`, which replace what the file says.
    /// `POLYWIRE_LIMITS__CONNECTIONS=500` is the key `limits.connections`. For other files or another prefix see
    /// [`ConfigSources`].
    ///
    /// The end of the name says what the file is: `.toml`, `.yaml`, `.yml` or `.json`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), polywire::ConfigError> {
    /// let config = polywire::Config::load("/etc/books/polywire.toml")?;
    /// # drop(config); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong, each with file and line, or with its variable.
    pub fn load(file: impl AsRef<Path>) -> Result<Self, ConfigError> {
        ConfigSources::new().file(file).environment("POLYWIRE").load()
    }
}

/// The rows of [`Limits`], which its own table makes.
fn limits() -> Vec<Row> {
    let defaults = serde_json::to_value(Limits::default()).unwrap_or_default();
    let row = |(key, docs): &(&'static str, &[&'static str])| {
        let shown = Shown::Default(defaults[key].to_string());
        Row { key, docs: docs.to_vec(), shown }
    };
    Limits::ROWS.iter().map(row).collect()
}
