//! TLS of clients: the roots to trust, and the client's own certificate. rustls with ring, TLS 1.2 and 1.3.

use crate::call::status::{Result, Status};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// TLS of a client. By default it trusts the web's roots (Mozilla's, as of this version) and shows no certificate.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use polywire::{ClientTls, Endpoint};
/// let tls = ClientTls::with_roots(&std::fs::read("ca.pem")?)?
///     .identity(&std::fs::read("client.pem")?, &std::fs::read("client.key")?)?;
/// let endpoint = Endpoint::new("grpcs://books.internal:8443").tls(tls);
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct ClientTls {
    /// `None` means the roots of the web.
    roots: Option<Arc<RootCertStore>>,
    identity: Option<Arc<Identity>>,
    server_name: Option<ServerName<'static>>,
}

struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl ClientTls {
    /// Trusts the certificates in `pem`, those that they have signed, and no others.
    ///
    /// # Errors
    /// `invalid_argument` when `pem` holds no certificate, or one that cannot be trusted.
    pub fn with_roots(pem: &[u8]) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(pem)? {
            roots.add(certificate).map_err(|error| wrong("a root certificate is malformed", error))?;
        }
        Ok(Self { roots: Some(Arc::new(roots)), ..Self::default() })
    }

    /// Shows this certificate to servers that ask for one. `chain` is its chain, the client's own certificate
    /// first; `key` is its private key (PKCS#8, PKCS#1 or SEC1). Both are PEM.
    ///
    /// # Errors
    /// `invalid_argument` when one of them is missing or malformed.
    pub fn identity(mut self, chain: &[u8], key: &[u8]) -> Result<Self> {
        let chain = certificates(chain)?;
        let key =
            PrivateKeyDer::from_pem_slice(key).map_err(|error| wrong("the private key is not PEM", error))?;
        self.identity = Some(Arc::new(Identity { chain, key }));
        Ok(self)
    }

    /// Sets the name that the server's certificate must have, if it is not the host of the URL.
    ///
    /// ```
    /// # use polywire::{ClientTls, Endpoint, Result};
    /// # fn main() -> Result<()> {
    /// // The address is a tunnel's; the certificate is that of the server behind it.
    /// let tls = ClientTls::default().server_name("books.internal")?;
    /// let endpoint = Endpoint::new("grpcs://127.0.0.1:8443").tls(tls);
    /// # drop(endpoint); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `invalid_argument` when it is neither a DNS name nor an IP address.
    pub fn server_name(mut self, name: &str) -> Result<Self> {
        self.server_name = Some(parse_name(name)?);
        Ok(self)
    }

    /// The name to ask for and to check: the one that was set, or `host`.
    pub(crate) fn name(&self, host: &str) -> Result<ServerName<'static>> {
        match &self.server_name {
            Some(name) => Ok(name.clone()),
            None => parse_name(host),
        }
    }

    /// The configuration for rustls, with these protocols offered (ALPN).
    ///
    /// # Errors
    /// `invalid_argument` when the private key and the certificate do not belong together.
    pub(crate) fn config(&self, alpn: &[&[u8]]) -> Result<Arc<ClientConfig>> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong("TLS is not available", error))?
            .with_root_certificates(self.roots.clone().unwrap_or_else(web));
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder
                .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
                .map_err(|error| wrong("the client's certificate cannot be used", error))?,
        };
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        Ok(Arc::new(config))
    }
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientTls")
            .field("roots", &self.roots.as_ref().map(|roots| roots.len()))
            .field("identity", &self.identity.is_some())
            .field("server_name", &self.server_name)
            .finish()
    }
}

/// Mozilla's roots, read once.
fn web() -> Arc<RootCertStore> {
    static WEB: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let read = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        Arc::new(roots)
    };
    Arc::clone(WEB.get_or_init(read))
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(chain) if chain.is_empty() => {
            Err(Status::invalid_argument("the PEM holds no certificate: expected `BEGIN CERTIFICATE`"))
        }
        Ok(chain) => Ok(chain),
        Err(error) => Err(wrong("a certificate is not PEM", error)),
    }
}

fn parse_name(name: &str) -> Result<ServerName<'static>> {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned())
        .map_err(|error| wrong(&format!("`{name}` is neither a DNS name nor an IP address"), error))
}

fn wrong(what: &str, error: impl Error + Send + Sync + 'static) -> Status {
    let text = format!("{what}: {error}");
    Status::invalid_argument(text).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused_with_the_reason() {
        for pem in [&b""[..], b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
        {
            ClientTls::with_roots(pem).expect_err("no certificate");
        }
        ClientTls::default().identity(b"", b"").expect_err("no certificate");
        ClientTls::default().server_name("not a name").expect_err("no name");
    }

    #[test]
    fn the_webs_roots_are_trusted_by_default_and_the_name_is_the_hosts() {
        assert!(web().len() > 50);
        let tls = ClientTls::default();
        tls.config(&[b"h2"]).expect("a configuration");
        assert_eq!(tls.name("[::1]").expect("an address"), ServerName::try_from("::1").expect("an address"));
        let tls = tls.server_name("books.internal").expect("a name");
        assert_eq!(
            tls.name("localhost").expect("a name"),
            ServerName::try_from("books.internal").expect("a name")
        );
    }
}
