//! TLS of servers: rustls with ring, TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1 by ALPN. The server can ask clients
//! for certificates. Its own certificate and the roots that it trusts can be replaced while it serves.
//!
//! To replace a certificate, client roots or revocation lists, the server swaps the TLS configuration for new
//! connections; open connections go on. A session that began under other terms is not resumed, because a
//! resumed session verifies nobody again. The identity that a client has proved travels in the request's
//! extensions, so every transport's `Context` has it.

use crate::call::status::{Result, Status};
use bytes::Bytes;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};
use std::error::Error;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// TLS of a server. Copies share one state: keep one to [reload](ServerTls::reload) the certificate, the
/// roots or the revocation lists.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use polywire::{ClientAuth, Server, ServerTls};
/// let tls = ServerTls::new(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?
///     .client_roots(&std::fs::read("clients.pem")?, ClientAuth::Required)?
///     .client_crls(&std::fs::read("revoked.pem")?)?;
/// let server = Server::new().listen("0.0.0.0:8443").tls(tls.clone());
/// // When the files have changed; connections that are open stay open:
/// tls.reload(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?;
/// tls.reload_client_crls(&std::fs::read("revoked.pem")?)?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct ServerTls(Arc<RwLock<Current>>);

/// Whether a client must present a certificate.
///
/// ```
/// use polywire::{ClientAuth, Result, ServerTls};
/// # use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
/// # fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
/// # let mut params = CertificateParams::new(Vec::new())?;
/// # params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
/// # let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
/// # let own = KeyPair::generate()?;
/// # let certificate = CertificateParams::new(vec!["books.internal".to_owned()])?.signed_by(&own, &authority)?;
/// # let (clients, chain, key) = (authority.pem().into_bytes(), certificate.pem().into_bytes(), own.serialize_pem().into_bytes());
/// // `chain`, `key` and `clients` are the bytes of PEM files.
/// let tls = ServerTls::new(&chain, &key)?.client_roots(&clients, ClientAuth::Required)?;
/// # drop(tls); Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuth {
    /// A client must present a trusted certificate for every call.
    Required,
    /// A client may present a trusted certificate, or none. The handler decides.
    Optional,
}

/// The proven identity of a client: the certificates that it showed, verified. It is an extension of the
/// [`Context`](crate::Context).
///
/// ```
/// # use polywire::{Context, PeerIdentity, Result, Status};
/// fn certificate(cx: &Context) -> Result<&[u8]> {
///     match cx.extension::<PeerIdentity>() {
///         Some(identity) => Ok(identity.certificate()),
///         None => Err(Status::unauthenticated("no certificate")),
///     }
/// }
/// # assert!(certificate(&Context::new()).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerIdentity(Arc<[Bytes]>);

impl PeerIdentity {
    /// Takes the certificates that the client showed; `None` when it showed none.
    pub(crate) fn of(chain: Option<&[CertificateDer<'_>]>) -> Option<Self> {
        let chain = chain.filter(|chain| !chain.is_empty())?;
        Some(Self(chain.iter().map(|certificate| Bytes::copy_from_slice(certificate)).collect()))
    }

    /// The client's own certificate, in DER (X.509).
    pub fn certificate(&self) -> &[u8] {
        self.0.first().map_or(&[], |certificate| certificate)
    }

    /// The client's own certificate, then those that lead to a trusted one; each in DER.
    pub fn chain(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|certificate| &certificate[..])
    }
}

impl ServerTls {
    /// Shows this certificate. `chain` begins with the server's own certificate; `key` is its private key
    /// (PKCS#8, PKCS#1 or SEC1). Both are in PEM.
    ///
    /// # Errors
    /// `invalid_argument` when one of them is missing or malformed, or the two do not belong together.
    pub fn new(chain: &[u8], key: &[u8]) -> Result<Self> {
        let current = Current::new(Terms { certificate: certified(chain, key)?, clients: None })?;
        Ok(Self(Arc::new(RwLock::new(current))))
    }

    /// Asks clients for a certificate that is one of these roots, or signed by one (PEM). The call's context
    /// has it as [`PeerIdentity`].
    ///
    /// # Errors
    /// `invalid_argument` when `pem` holds no certificate, or one that cannot be trusted.
    pub fn client_roots(self, pem: &[u8], auth: ClientAuth) -> Result<Self> {
        let roots = roots(pem)?;
        self.change(|terms| {
            terms.clients = Some(Clients { roots, auth, revoked: Vec::new() });
            Ok(())
        })?;
        Ok(self)
    }

    /// Refuses clients whose certificate, or one above it in its chain, is in these revocation lists (CRLs,
    /// RFC 5280, in PEM). Every authority of a chain needs a list that has not expired, as with nginx. A
    /// client is refused if an authority of its chain has no such list.
    ///
    /// # Errors
    /// `invalid_argument` when `pem` holds no list, or a malformed one; `failed_precondition` before
    /// [`ServerTls::client_roots`].
    pub fn client_crls(self, pem: &[u8]) -> Result<Self> {
        self.reload_client_crls(pem)?;
        Ok(self)
    }

    /// Shows this certificate from now on, on every server that has a copy. Open connections stay open.
    ///
    /// # Errors
    /// As [`ServerTls::new`]; then the server keeps the certificate that it had.
    pub fn reload(&self, chain: &[u8], key: &[u8]) -> Result<()> {
        let certificate = certified(chain, key)?;
        self.change(|terms| {
            terms.certificate = certificate;
            Ok(())
        })
    }

    /// Trusts clients of these roots (PEM) from now on, and of no others, on every server that has a copy.
    /// Open connections stay open. No earlier TLS session is resumed.
    ///
    /// # Errors
    /// As [`ServerTls::client_roots`], and `failed_precondition` before it; then the server keeps the roots
    /// that it had.
    pub fn reload_client_roots(&self, pem: &[u8]) -> Result<()> {
        let roots = roots(pem)?;
        self.change(|terms| {
            terms.clients()?.roots = roots;
            Ok(())
        })
    }

    /// Replaces the revocation lists, as [`ServerTls::reload_client_roots`] does with the roots.
    /// [`Limits::connection_age`] bounds how long a client that has just been revoked keeps a connection.
    ///
    /// [`Limits::connection_age`]: crate::Limits::connection_age
    ///
    /// # Errors
    /// As [`ServerTls::client_crls`]; then the server keeps the lists that it had.
    pub fn reload_client_crls(&self, pem: &[u8]) -> Result<()> {
        let revoked = revoked(pem)?;
        self.change(|terms| {
            terms.clients()?.revoked = revoked;
            Ok(())
        })
    }

    /// Takes over all terms of `other`, for new connections.
    ///
    /// # Errors
    /// When no configuration can be made of them; then the terms stay.
    #[cfg(feature = "config")]
    pub(crate) fn become_like(&self, other: &Self) -> Result<()> {
        let terms = other.0.read().unwrap_or_else(PoisonError::into_inner).terms.clone();
        self.change(|own| {
            *own = terms;
            Ok(())
        })
    }

    /// Changes the terms for new connections. A change that is refused changes nothing.
    fn change(&self, change: impl FnOnce(&mut Terms) -> Result<()>) -> Result<()> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut terms = current.terms.clone();
        change(&mut terms)?;
        *current = Current::new(terms)?;
        Ok(())
    }

    /// The current configuration, for one new connection.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).config)
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("ServerTls").field("clients", &current.terms.clients).finish_non_exhaustive()
    }
}

/// The certificate that is shown, and the clients that are let in.
#[derive(Clone)]
struct Terms {
    certificate: Arc<CertifiedKey>,
    clients: Option<Clients>,
}

#[derive(Clone)]
struct Clients {
    roots: Arc<RootCertStore>,
    auth: ClientAuth,
    revoked: Vec<CertificateRevocationListDer<'static>>,
}

/// The terms, and the rustls configuration made from them. The configuration also keeps the TLS sessions. New
/// terms begin without any, so no client resumes a session that would be refused now.
struct Current {
    terms: Terms,
    config: Arc<ServerConfig>,
}

impl Current {
    fn new(terms: Terms) -> Result<Self> {
        let config = Arc::new(terms.config()?);
        Ok(Self { terms, config })
    }
}

impl Terms {
    fn clients(&mut self) -> Result<&mut Clients> {
        self.clients.as_mut().ok_or_else(|| {
            Status::failed_precondition("clients are not asked for certificates: call `client_roots` first")
        })
    }

    /// Makes the configuration for rustls.
    fn config(&self) -> Result<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong("TLS is not available", error))?;
        let builder = match &self.clients {
            None => builder.with_no_client_auth(),
            Some(clients) => builder.with_client_cert_verifier(clients.verifier()?),
        };
        let mut config = builder.with_cert_resolver(Arc::new(Shown(Arc::clone(&self.certificate))));
        let protocols: &[&[u8]] = if cfg!(feature = "grpc") { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(config)
    }
}

impl Clients {
    fn verifier(&self) -> Result<Arc<dyn ClientCertVerifier>> {
        let roots = Arc::clone(&self.roots);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
            .with_crls(self.revoked.iter().cloned())
            .enforce_revocation_expiration();
        let verifier = match self.auth {
            ClientAuth::Required => verifier,
            ClientAuth::Optional => verifier.allow_unauthenticated(),
        };
        verifier.build().map_err(|error| wrong("clients cannot be verified", error))
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { roots, auth, revoked } = self;
        write!(f, "{auth:?} ({} roots, {} revocation lists)", roots.len(), revoked.len())
    }
}

/// The same certificate for every client.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn certified(chain: &[u8], key: &[u8]) -> Result<Arc<CertifiedKey>> {
    let chain = certificates(chain)?;
    let key =
        PrivateKeyDer::from_pem_slice(key).map_err(|error| wrong("the private key is not PEM", error))?;
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
        Err(error) => Err(wrong("a certificate is not PEM", error)),
    }
}

fn roots(pem: &[u8]) -> Result<Arc<RootCertStore>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        roots.add(certificate).map_err(|error| wrong("a root certificate is malformed", error))?;
    }
    Ok(Arc::new(roots))
}

fn revoked(pem: &[u8]) -> Result<Vec<CertificateRevocationListDer<'static>>> {
    let read: std::result::Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(pem).collect();
    let lists = read.map_err(|error| wrong("a revocation list is not PEM", error))?;
    if lists.is_empty() {
        return Err(Status::invalid_argument("the PEM holds no revocation list: expected `BEGIN X509 CRL`"));
    }
    Ok(lists)
}

fn wrong(what: &str, error: impl Error + Send + Sync + 'static) -> Status {
    let text = format!("{what}: {error}");
    Status::invalid_argument(text).with_source(error)
}
