//! TLS of servers: rustls with ring, TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1 by ALPN. Certificates can be replaced while it serves,
//! and clients asked for theirs.

use crate::status::{Result, Status};
use bytes::Bytes;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};
use std::error::Error;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// TLS of a server. A copy is the same: keep one to [reload](ServerTls::reload) the certificate.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use polywire::{ClientAuth, Server, ServerTls};
/// let tls = ServerTls::new(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?
///     .client_roots(&std::fs::read("clients.pem")?, ClientAuth::Required)?;
/// let server = Server::new().listen("0.0.0.0:8443").tls(tls.clone());
/// // When the files have changed; connections that are open stay open:
/// tls.reload(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct ServerTls {
    certificate: Arc<Current>,
    clients: Option<(Arc<RootCertStore>, ClientAuth)>,
}

/// What is asked of clients whose certificates are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuth {
    /// No call without a certificate that is trusted.
    Required,
    /// A certificate that is trusted, or none: the handler decides.
    Optional,
}

/// Who a client has proved to be: the certificates it showed, verified. An extension of the [`Context`](crate::Context).
///
/// ```
/// # use polywire::{Context, PeerIdentity, Result, Status};
/// fn certificate(cx: &Context) -> Result<&[u8]> {
///     let identity = cx.extension::<PeerIdentity>().ok_or_else(|| Status::unauthenticated("no certificate"))?;
///     Ok(identity.certificate())
/// }
/// # assert!(certificate(&Context::new()).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerIdentity(Arc<[Bytes]>);

impl PeerIdentity {
    /// Those that the client showed; `None` when it showed none.
    pub(crate) fn of(chain: Option<&[CertificateDer<'_>]>) -> Option<Self> {
        let chain = chain.filter(|chain| !chain.is_empty())?;
        Some(Self(chain.iter().map(|certificate| Bytes::copy_from_slice(certificate)).collect()))
    }

    /// The client's own certificate, in DER (X.509).
    pub fn certificate(&self) -> &[u8] {
        self.0.first().map_or(&[], |certificate| certificate)
    }

    /// Its own certificate, then those that lead to one that is trusted; each in DER.
    pub fn chain(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|certificate| &certificate[..])
    }
}

impl ServerTls {
    /// Shows this certificate: its chain, the own one first, and its private key (PKCS#8, PKCS#1 or SEC1), both in PEM.
    ///
    /// # Errors
    /// `invalid_argument` when one of them is missing or malformed, or the two do not belong together.
    pub fn new(chain: &[u8], key: &[u8]) -> Result<Self> {
        let certificate = Arc::new(Current(RwLock::new(certified(chain, key)?)));
        Ok(Self { certificate, clients: None })
    }

    /// Asks clients for a certificate that one of these has signed, or is (PEM). It is in the call's context as
    /// [`PeerIdentity`].
    ///
    /// # Errors
    /// `invalid_argument` when `pem` holds no certificate, or one that cannot be trusted.
    pub fn client_roots(mut self, pem: &[u8], auth: ClientAuth) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(pem)? {
            roots.add(certificate).map_err(|error| wrong("a root certificate is malformed", error))?;
        }
        self.clients = Some((Arc::new(roots), auth));
        Ok(self)
    }

    /// Shows this certificate from now on, on every server that has a copy. Connections that are open stay so.
    ///
    /// # Errors
    /// As [`ServerTls::new`]; the certificate is the one before then.
    pub fn reload(&self, chain: &[u8], key: &[u8]) -> Result<()> {
        let certified = certified(chain, key)?;
        *self.certificate.0.write().unwrap_or_else(PoisonError::into_inner) = certified;
        Ok(())
    }

    /// As rustls wants it.
    ///
    /// # Errors
    /// `invalid_argument` when there is no way to verify clients by these roots.
    pub(crate) fn config(&self) -> Result<Arc<ServerConfig>> {
        let provider = provider();
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong("TLS is not available", error))?;
        let builder = match &self.clients {
            None => builder.with_no_client_auth(),
            Some((roots, auth)) => {
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::clone(roots), provider);
                let verifier = match auth {
                    ClientAuth::Required => verifier,
                    ClientAuth::Optional => verifier.allow_unauthenticated(),
                };
                let verifier =
                    verifier.build().map_err(|error| wrong("clients cannot be verified", error))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config =
            builder.with_cert_resolver(Arc::clone(&self.certificate) as Arc<dyn ResolvesServerCert>);
        let protocols: &[&[u8]] = if cfg!(feature = "grpc") { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(Arc::new(config))
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clients = self.clients.as_ref().map(|(roots, auth)| (roots.len(), auth));
        f.debug_struct("ServerTls").field("clients", &clients).finish_non_exhaustive()
    }
}

/// The certificate of the moment.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn certified(chain: &[u8], key: &[u8]) -> Result<Arc<CertifiedKey>> {
    let chain = certificates(chain)?;
    let key =
        PrivateKeyDer::from_pem_slice(key).map_err(|error| wrong("the private key is no PEM", error))?;
    let certified = CertifiedKey::from_der(chain, key, &provider());
    certified
        .map(Arc::new)
        .map_err(|error| wrong("the certificate and its private key cannot be used", error))
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let read: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(chain) if chain.is_empty() => {
            Err(Status::invalid_argument("the PEM holds no certificate: expected `BEGIN CERTIFICATE`"))
        }
        Ok(chain) => Ok(chain),
        Err(error) => Err(wrong("a certificate is no PEM", error)),
    }
}

fn wrong(what: &str, error: impl Error + Send + Sync + 'static) -> Status {
    let text = format!("{what}: {error}");
    Status::invalid_argument(text).with_source(error)
}
