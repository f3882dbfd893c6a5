//! [`Authenticate`]: no call without a known caller.

use super::{Identity, is_health};
use crate::call::context::Context;
use crate::call::interceptor::Interceptor;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use std::fmt;
use std::future::ready;
use std::sync::Arc;

/// The longest token, in bytes.
const LONGEST: usize = 16 * 1024;

/// Finds the caller of a token.
///
/// ```
/// use polywire::layers::{Authenticate, Identity, Verify};
/// use polywire::{BoxFuture, Context, Result, Status};
///
/// /// Sessions in a table, say.
/// struct Sessions;
///
/// impl Verify for Sessions {
///     fn verify<'a>(&'a self, token: &'a str, _: &'a Context) -> BoxFuture<'a, Result<Identity>> {
///         Box::pin(async move {
///             match token {
///                 "s-101" => Ok(Identity::new("ann")),
///                 _ => Err(Status::unauthenticated("the session is over")),
///             }
///         })
///     }
/// }
///
/// let guard = Authenticate::bearer(Sessions);
/// # drop(guard);
/// ```
pub trait Verify: Send + Sync + 'static {
    /// The caller who has this token.
    ///
    /// # Errors
    /// `unauthenticated` for a token that is not ours, or `unavailable` when that cannot be known now. The caller is told
    /// the message.
    fn verify<'a>(&'a self, token: &'a str, cx: &'a Context) -> BoxFuture<'a, Result<Identity>>;
}

impl<V: Verify + ?Sized> Verify for Arc<V> {
    fn verify<'a>(&'a self, token: &'a str, cx: &'a Context) -> BoxFuture<'a, Result<Identity>> {
        (**self).verify(token, cx)
    }
}

/// Refuses calls without a token (`unauthenticated`), and gives the others an [`Identity`].
///
/// It runs before a request is decoded. Health checks pass, because load balancers have no token. So do methods that say
/// `#[attr(public)]`: a token there is checked when it is sent. Two tokens, or one of more than 16 KiB, are refused. An
/// HTTP answer names the scheme in `WWW-Authenticate` (RFC 9110, section 11.6.1; RFC 6750).
///
/// A WebSocket's calls have the headers of its handshake, and may bring their own. Over AMQP the token is a header of the
/// message, so whoever reads the queue reads it.
///
/// ```
/// use polywire::layers::{ApiKeys, Authenticate, Identity};
/// use polywire::{Result, Server, service};
///
/// #[service(package = "books.v1")]
/// pub trait BookService {
///     #[attr(public)]
///     async fn title(&self, id: i32) -> Result<String>;
///     async fn burn(&self, id: i32) -> Result<()>;
/// }
/// # fn server(books: impl BookService) -> Server {
/// let keys = ApiKeys::new([("k-7f3a", Identity::new("billing"))]);
/// Server::new().service(BookServiceServer::new(books)).interceptor(Authenticate::header("x-api-key", keys))
/// # }
/// ```
pub struct Authenticate<V> {
    verify: V,
    from: From,
}

/// The place of the token.
enum From {
    /// `authorization: Bearer …`
    Bearer,
    /// A header of this name, with the token alone.
    Header(String),
}

impl<V> fmt::Debug for Authenticate<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticate").field("from", &self.from.name()).finish_non_exhaustive()
    }
}

impl From {
    fn name(&self) -> &str {
        match self {
            Self::Bearer => "authorization",
            Self::Header(name) => name,
        }
    }

    /// The token, if one is sent.
    fn token<'a>(&self, cx: &'a Context) -> Result<Option<&'a str>> {
        let mut all = cx.metadata().get_all(self.name());
        let Some(value) = all.next() else { return Ok(None) };
        if all.next().is_some() {
            return Err(Status::unauthenticated(format!("`{}` is sent twice; send one", self.name())));
        }
        let token = match self {
            Self::Header(_) => value,
            Self::Bearer => match value.split_once(' ') {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
                _ => return Err(Status::unauthenticated("`authorization` is not `Bearer <token>`")),
            },
        };
        match token.len() {
            0 => Err(Status::unauthenticated(format!("`{}` has no token", self.name()))),
            1..=LONGEST => Ok(Some(token)),
            len => {
                Err(Status::unauthenticated(format!("a token of {len} bytes: at most {LONGEST} are read")))
            }
        }
    }
}

impl<V: Verify> Authenticate<V> {
    /// Takes the token from `authorization: Bearer …` (RFC 6750).
    pub const fn bearer(verify: V) -> Self {
        Self { verify, from: From::Bearer }
    }

    /// Takes the token from a header of its own, such as `x-api-key`.
    pub fn header(name: impl Into<String>, verify: V) -> Self {
        Self { verify, from: From::Header(name.into().to_ascii_lowercase()) }
    }

    /// Tells an HTTP client how to be known.
    fn challenge(&self, cx: &Context, sent: bool) {
        let challenge = match (&self.from, sent) {
            (From::Bearer, false) => "Bearer".to_owned(),
            (From::Bearer, true) => "Bearer error=\"invalid_token\"".to_owned(),
            (From::Header(name), _) => format!("ApiKey header=\"{name}\""),
        };
        // The name and the value are sound.
        let _ = cx.append_header("www-authenticate", &challenge);
    }

    async fn known(&self, cx: Context, is_public: bool) -> Result<Context> {
        let identity = match self.from.token(&cx) {
            Ok(None) if is_public => return Ok(cx),
            Ok(None) => {
                Err((Status::unauthenticated(format!("send a token in `{}`", self.from.name())), false))
            }
            Ok(Some(token)) => self.verify.verify(token, &cx).await.map_err(|status| (status, true)),
            Err(status) => Err((status, true)),
        };
        match identity {
            Ok(identity) => Ok(cx.with_extension(identity)),
            Err((status, sent)) => {
                if status.code() == crate::Code::Unauthenticated {
                    self.challenge(&cx, sent);
                }
                Err(status)
            }
        }
    }
}

impl<V: Verify> Interceptor for Authenticate<V> {
    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        if is_health(method) {
            return Box::pin(ready(Ok(cx)));
        }
        let is_public = method.attr("public").is_some_and(crate::Attr::is_set);
        Box::pin(self.known(cx, is_public))
    }
}

/// Keys that do not change, each with its owner. They are compared in constant time.
///
/// ```
/// use polywire::layers::{ApiKeys, Identity};
/// let keys = ApiKeys::new([("k-7f3a", Identity::new("billing")), ("k-19c2", Identity::new("shop"))]);
/// # drop(keys);
/// ```
pub struct ApiKeys(Vec<(Vec<u8>, Identity)>);

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(_, owner)| owner)).finish()
    }
}

impl ApiKeys {
    /// The keys and their owners. An empty key is nobody's.
    pub fn new<K: Into<String>>(keys: impl IntoIterator<Item = (K, Identity)>) -> Self {
        let keys = keys.into_iter().map(|(key, owner)| (key.into().into_bytes(), owner));
        Self(keys.filter(|(key, _)| !key.is_empty()).collect())
    }
}

impl Verify for ApiKeys {
    fn verify<'a>(&'a self, token: &'a str, _: &'a Context) -> BoxFuture<'a, Result<Identity>> {
        // All keys are compared, so that the time tells nothing of which came near.
        let mut found = None;
        for (key, owner) in &self.0 {
            if same(key, token.as_bytes()) {
                found = Some(owner);
            }
        }
        let owner = found.cloned().ok_or_else(|| Status::unauthenticated("the key is not known"));
        Box::pin(ready(owner))
    }
}

/// Compares all bytes, whatever the first ones are. The length is no secret.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differing = one.iter().zip(other).fold(0, |bits, (one, other)| bits | (one ^ other));
    one.len() == other.len() && std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        for other in [&b"abx"[..], b"ab", b"abcd", b"", b"xbc"] {
            assert!(!same(b"abc", other), "{other:?}");
        }
    }
}
