//! A configuration as a [`Server`].

#[cfg(feature = "_queue")]
use super::ConfigBroker;
use super::{Config, ConfigCors, ConfigError, ConfigInfo, ConfigListen, ConfigOperation};
#[cfg(feature = "_queue")]
use crate::channel::Endpoint;
use crate::net::{Cors, ListenAddress};
use crate::server::{Operation, Server};
use polywire_codegen::schema::api::Info;
#[cfg(feature = "tls")]
use std::path::Path;

impl Config {
    /// Makes a server that is told all of this. Services and interceptors are added to it.
    ///
    /// ```
    /// use polywire::Config;
    /// # fn serve(books: impl polywire::Service) -> Result<polywire::Server, polywire::ConfigError> {
    /// let mut config = Config::default();
    /// config.listen = vec!["127.0.0.1:8080".into()];
    /// Ok(config.server()?.service(books))
    /// # }
    /// ```
    ///
    /// # Errors
    /// When a file that it names cannot be used, such as a certificate; the text names the key.
    pub fn server(&self) -> Result<Server, ConfigError> {
        make(self).map(|made| made.server)
    }
}

/// A server, and the part of it that can be told later.
pub(super) struct Made {
    pub(super) server: Server,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<crate::net::ServerTls>,
}

/// Makes a server that is told everything.
///
/// # Errors
/// As [`Config::server`].
pub(super) fn make(config: &Config) -> Result<Made, ConfigError> {
    // Without `..`: a new key must be used here.
    let Config {
        listen,
        listen_shared,
        thread_per_core,
        compression,
        hosts,
        trusted_proxies,
        client_address,
        proxy_protocol,
        propagate,
        #[cfg(feature = "_queue")]
        amqp,
        #[cfg(feature = "_queue")]
        consumer_group,
        #[cfg(feature = "_queue")]
        reply_queues,
        #[cfg(feature = "_queue")]
        consumer_timeout,
        show_schema,
        #[cfg(feature = "grpc")]
        reflection,
        openapi,
        log: _,
        #[cfg(feature = "tls")]
        tls,
        cors,
        operation,
        info,
        limits,
    } = config;
    let mut server = Server::new().limits(limits.clone()).show_schema(*show_schema).openapi(*openapi);
    for place in listen {
        server = server.listen(place.address()?);
    }
    for address in listen_shared {
        server = shared(server, address)?;
    }
    if *thread_per_core {
        server = server.thread_per_core();
    }
    server = server.compression(compression.iter().copied());
    if !hosts.is_empty() {
        crate::net::hosts::Hosts::parse(hosts.clone()).map_err(|error| ConfigError::key("hosts", error))?;
        server = server.hosts(hosts);
    }
    crate::net::proxies::Proxies::parse(trusted_proxies)
        .map_err(|error| ConfigError::key("trusted_proxies", error))?;
    server = server.trusted_proxies(trusted_proxies).propagate(propagate);
    if let Some(header) = client_address {
        server = server.client_address(*header);
    }
    crate::net::proxies::Proxies::parse(proxy_protocol)
        .map_err(|error| ConfigError::key("proxy_protocol", error))?;
    server = server.proxy_protocol(proxy_protocol);
    #[cfg(feature = "_queue")]
    {
        for broker in amqp {
            server = server.amqp(broker.endpoint()?);
        }
        server = server.reply_queues(reply_queues);
        if let Some(group) = consumer_group {
            server = server.consumer_group(group);
        }
        if let Some(timeout) = consumer_timeout {
            server = server.consumer_timeout(*timeout);
        }
    }
    #[cfg(feature = "grpc")]
    {
        server = server.reflection(*reflection);
    }
    #[cfg(feature = "tls")]
    let tls = tls.as_ref().map(super::ConfigTls::tls).transpose()?;
    #[cfg(feature = "tls")]
    if let Some(tls) = &tls {
        server = server.tls(tls.clone());
    }
    if let Some(cors) = cors {
        server = server.cors(cors.cors()?);
    }
    if let Some(operation) = operation {
        server = server.operation(operation.operation()?);
    }
    if let Some(info) = info {
        server = server.info(info.info());
    }
    Ok(Made {
        server,
        #[cfg(feature = "tls")]
        tls,
    })
}

#[cfg(unix)]
fn shared(server: Server, address: &str) -> Result<Server, ConfigError> {
    Ok(server.listen_shared(address))
}

#[cfg(not(unix))]
fn shared(_: Server, _: &str) -> Result<Server, ConfigError> {
    Err(ConfigError::key("listen_shared", "this system has no such addresses; use `listen`"))
}

impl ConfigListen {
    fn address(&self) -> Result<ListenAddress, ConfigError> {
        let Self { address, mode, group } = self;
        if mode.is_none() && group.is_none() {
            return Ok(address.into());
        }
        #[cfg(unix)]
        if let Some(path) = crate::channel::url::after_scheme(address, "unix") {
            let mut socket = crate::net::UnixSocket::new(path);
            if let Some(text) = mode {
                let mode = u32::from_str_radix(text, 8).map_err(|_| {
                    ConfigError::key(
                        "listen.mode",
                        format!("`{text}` is no mode: write octal digits, such as \"660\""),
                    )
                })?;
                socket = socket.mode(mode);
            }
            if let Some(group) = group {
                socket = socket.group(group);
            }
            return Ok(socket.into());
        }
        Err(ConfigError::key(
            "listen",
            format!("`{address}` is no Unix socket, so it has neither `mode` nor `group`"),
        ))
    }
}

#[cfg(feature = "_queue")]
impl ConfigBroker {
    #[cfg(feature = "tls")]
    fn endpoint(&self) -> Result<Endpoint, ConfigError> {
        use crate::channel::ClientTls;
        let Self { url, roots, certificate, key, server_name } = self;
        let endpoint = Endpoint::new(url.as_written());
        if roots.is_none() && certificate.is_none() && key.is_none() && server_name.is_none() {
            return Ok(endpoint);
        }
        let wrong = |key| move |status: crate::Status| ConfigError::key(key, status.message());
        let mut tls = match roots {
            Some(roots) => ClientTls::with_roots(&file("amqp.roots", roots)?).map_err(wrong("amqp.roots"))?,
            None => ClientTls::default(),
        };
        tls = match (certificate, key) {
            (Some(certificate), Some(key)) => {
                let (certificate, key) = (file("amqp.certificate", certificate)?, file("amqp.key", key)?);
                tls.identity(&certificate, &key).map_err(wrong("amqp.certificate"))?
            }
            (None, None) => tls,
            _ => return Err(ConfigError::key("amqp", "`certificate` and `key` go together; write both")),
        };
        if let Some(name) = server_name {
            tls = tls.server_name(name).map_err(wrong("amqp.server_name"))?;
        }
        Ok(endpoint.tls(tls))
    }

    #[cfg(not(feature = "tls"))]
    fn endpoint(&self) -> Result<Endpoint, ConfigError> {
        let Self { url, roots, certificate, key, server_name } = self;
        if roots.is_some() || certificate.is_some() || key.is_some() || server_name.is_some() {
            return Err(ConfigError::key(
                "amqp",
                "this build has no TLS: enable the feature `tls` of polywire",
            ));
        }
        Ok(Endpoint::new(url.as_written()))
    }
}

/// Reads a file that a key names. Its bytes may be secret, so no error shows them.
#[cfg(feature = "tls")]
fn file(key: &str, path: &Path) -> Result<Vec<u8>, ConfigError> {
    if path.as_os_str().is_empty() {
        return Err(ConfigError::key(key, "is missing; write the path of a PEM file"));
    }
    std::fs::read(path)
        .map_err(|error| ConfigError::key(key, format!("cannot read `{}`: {error}", path.display())))
}

#[cfg(feature = "tls")]
impl super::ConfigTls {
    fn tls(&self) -> Result<crate::net::ServerTls, ConfigError> {
        let Self { certificate, key, client_roots, client_auth, client_crls } = self;
        let wrong = |key| move |status: crate::Status| ConfigError::key(key, status.message());
        let chain = file("tls.certificate", certificate)?;
        let mut tls = crate::net::ServerTls::new(&chain, &file("tls.key", key)?).map_err(wrong("tls"))?;
        if let Some(roots) = client_roots {
            let roots = file("tls.client_roots", roots)?;
            tls = tls.client_roots(&roots, *client_auth).map_err(wrong("tls.client_roots"))?;
        }
        if let Some(lists) = client_crls {
            let lists = file("tls.client_crls", lists)?;
            tls = tls.client_crls(&lists).map_err(wrong("tls.client_crls"))?;
        }
        Ok(tls)
    }
}

impl ConfigCors {
    fn cors(&self) -> Result<Cors, ConfigError> {
        let Self { origins, credentials, expose } = self;
        if let Some(name) = expose.iter().find(|name| http::HeaderName::try_from(name.as_str()).is_err()) {
            return Err(ConfigError::key("cors.expose", format!("`{name}` is not a header name")));
        }
        let is_any = origins.iter().any(|origin| origin == "*");
        if origins.is_empty() || (is_any && (origins.len() > 1 || *credentials)) {
            let what =
                "write origins such as \"https://shop.example\", or \"*\" alone and without `credentials`";
            return Err(ConfigError::key("cors.origins", what));
        }
        let cors = if is_any { Cors::any() } else { Cors::origins(origins) };
        let cors = if *credentials { cors.with_credentials() } else { cors };
        Ok(cors.expose(expose.iter().map(String::as_str)))
    }
}

impl ConfigOperation {
    /// Makes the [`Operation`], so that a program can add its numbers and give it to the server itself.
    ///
    /// ```
    /// # use polywire::{Config, ConfigError, Server};
    /// # fn server(config: &Config) -> Result<Server, ConfigError> {
    /// let mut server = config.server()?;
    /// if let Some(operation) = &config.operation {
    ///     server = server.operation(operation.operation()?); // and `.metrics(&metrics)`
    /// }
    /// # Ok(server) }
    /// ```
    ///
    /// # Errors
    /// When one of its addresses cannot be one; the text names the key.
    pub fn operation(&self) -> Result<Operation, ConfigError> {
        let Self { listen, probes_everywhere, reasons, debug } = self;
        let mut operation = Operation::new();
        for place in listen {
            operation = operation.listen(place.address()?);
        }
        if *probes_everywhere {
            operation = operation.probes_everywhere();
        }
        if *reasons {
            operation = operation.reasons();
        }
        if *debug && listen.is_empty() {
            return Err(ConfigError::key(
                "operation.debug",
                "needs `operation.listen`, for strangers must not see it",
            ));
        }
        if *debug {
            operation = operation.debug();
        }
        Ok(operation)
    }
}

impl ConfigInfo {
    fn info(&self) -> Info {
        let Self { title, version, description, contact, license, servers, brokers } = self.clone();
        let mut info = Info::new(title, version);
        if let Some(text) = description {
            info = info.description(text);
        }
        if let Some((name, url)) = contact {
            info = info.contact(name, url);
        }
        if let Some(license) = license {
            info = info.license(license);
        }
        let info = servers.into_iter().fold(info, Info::server);
        brokers.into_iter().fold(info, Info::broker)
    }
}
