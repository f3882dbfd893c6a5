//! [`Jwt`]: callers who bring a JSON Web Token (RFC 7519).

use super::{Identity, Verify};
use crate::call::context::Context;
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};
use std::fmt;
use std::future::ready;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Verifies JSON Web Tokens (RFC 7519) by public keys, or by a shared secret. [`Authenticate`](super::Authenticate) asks
/// it.
///
/// A token must have `exp`. `sub` is the subject of the [`Identity`], and `scope` (RFC 8693, section 4.2) or `scp` its
/// scopes. The *key* decides the algorithm, never the token: `none`, and a public key used as a secret, are refused. An
/// audience is demanded as soon as one is named, and so is an issuer.
///
/// ```
/// use polywire::layers::{Authenticate, Jwt};
/// use polywire::{Result, Server};
///
/// fn server(jwks: &str) -> Result<Server> {
///     let tokens = Jwt::from_jwks(jwks)?.audience(["books"]).issuer(["https://login.example"]);
///     Ok(Server::new().interceptor(Authenticate::bearer(tokens)))
/// }
/// # assert!(server("{}").is_err());
/// ```
#[derive(Clone)]
pub struct Jwt {
    keys: Arc<RwLock<Vec<Key>>>,
    rules: Rules,
}

#[derive(Clone)]
struct Rules {
    audience: Vec<String>,
    issuer: Vec<String>,
    leeway: Duration,
}

#[derive(Clone)]
struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Jwt").field("keys", &keys.len()).finish_non_exhaustive()
    }
}

fn bad_keys(why: impl fmt::Display) -> Status {
    Status::invalid_argument(format!("the keys cannot be read: {why}"))
}

/// A key of a set, if it is one for signatures that is known here.
fn key(jwk: &Jwk) -> Option<Result<Key>> {
    let algorithm = jwk.common.key_algorithm?.to_string().parse::<Algorithm>().ok()?;
    let key = DecodingKey::from_jwk(jwk).map_err(bad_keys);
    Some(key.map(|key| Key { id: jwk.common.key_id.clone(), algorithm, key }))
}

fn keys(jwks: &str) -> Result<Vec<Key>> {
    let set: JwkSet = serde_json::from_str(jwks).map_err(bad_keys)?;
    let keys = set.keys.iter().filter_map(key).collect::<Result<Vec<_>>>()?;
    if keys.is_empty() {
        return Err(bad_keys("no key of the set has an `alg` for signatures"));
    }
    Ok(keys)
}

impl Jwt {
    fn of(keys: Vec<Key>) -> Self {
        let rules = Rules { audience: Vec::new(), issuer: Vec::new(), leeway: Duration::from_secs(60) };
        Self { keys: Arc::new(RwLock::new(keys)), rules }
    }

    /// Takes the keys of a JSON Web Key Set (RFC 7517). Each needs `alg`. A token names its key by `kid`; without one, every
    /// key of its algorithm is tried.
    ///
    /// # Errors
    /// `invalid_argument` when the text is no such set, or has no key for signatures.
    pub fn from_jwks(jwks: &str) -> Result<Self> {
        keys(jwks).map(Self::of)
    }

    /// Takes an RSA key in PEM, for RS256.
    ///
    /// # Errors
    /// `invalid_argument` when the text is no such key.
    pub fn from_rsa_pem(pem: &[u8]) -> Result<Self> {
        let key = DecodingKey::from_rsa_pem(pem).map_err(bad_keys)?;
        Ok(Self::of(vec![Key { id: None, algorithm: Algorithm::RS256, key }]))
    }

    /// Takes a key of the curve P-256 in PEM, for ES256.
    ///
    /// # Errors
    /// `invalid_argument` when the text is no such key.
    pub fn from_ec_pem(pem: &[u8]) -> Result<Self> {
        let key = DecodingKey::from_ec_pem(pem).map_err(bad_keys)?;
        Ok(Self::of(vec![Key { id: None, algorithm: Algorithm::ES256, key }]))
    }

    /// Takes a shared secret, for HS256 (RFC 7518, section 3.2).
    ///
    /// # Errors
    /// `invalid_argument` when the secret has fewer than 32 bytes.
    pub fn from_secret(secret: &[u8]) -> Result<Self> {
        if secret.len() < 32 {
            return Err(bad_keys(format!("a secret of {} bytes; HS256 needs 32 or more", secret.len())));
        }
        let key = DecodingKey::from_secret(secret).map_err(bad_keys)?;
        Ok(Self::of(vec![Key { id: None, algorithm: Algorithm::HS256, key }]))
    }

    /// Takes new keys in place of the old, for all clones: a rotation. The program reads the file or the URL again, when it
    /// sees fit.
    ///
    /// # Errors
    /// The same as [`from_jwks`](Self::from_jwks). The old keys stay then.
    pub fn set_jwks(&self, jwks: &str) -> Result<()> {
        let keys = keys(jwks)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// Demands one of these audiences (`aud`).
    #[must_use]
    pub fn audience<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.rules.audience = names.into_iter().map(Into::into).collect();
        self
    }

    /// Demands one of these issuers (`iss`).
    #[must_use]
    pub fn issuer<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.rules.issuer = names.into_iter().map(Into::into).collect();
        self
    }

    /// How far clocks may differ, for `exp` and `nbf`. The default is a minute.
    #[must_use]
    pub const fn leeway(mut self, time: Duration) -> Self {
        self.rules.leeway = time;
        self
    }

    fn identity(&self, token: &str) -> Result<Identity> {
        // The reason is for the log: a caller who guesses learns nothing.
        let refused = |error: jsonwebtoken::errors::Error| {
            tracing::debug!(%error, "a token is refused");
            Status::unauthenticated("the token is not valid").with_source(error)
        };
        let header = decode_header(token).map_err(refused)?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let fits = |key: &&Key| {
            key.algorithm == header.alg && (header.kid.is_none() || key.id.is_none() || key.id == header.kid)
        };
        let mut last = Status::unauthenticated("the token is not valid");
        for key in keys.iter().filter(fits) {
            match decode::<Map<String, Value>>(token, &key.key, &self.rules.validation(key.algorithm)) {
                Ok(decoded) => return Ok(identity(decoded.claims)),
                Err(error) => last = refused(error),
            }
        }
        Err(last)
    }
}

impl Rules {
    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut rules = Validation::new(algorithm);
        rules.leeway = self.leeway.as_secs();
        rules.validate_nbf = true;
        let mut needed = vec!["exp"];
        match self.audience.is_empty() {
            true => rules.validate_aud = false,
            false => {
                rules.set_audience(&self.audience);
                needed.push("aud");
            }
        }
        if !self.issuer.is_empty() {
            rules.set_issuer(&self.issuer);
            needed.push("iss");
        }
        rules.set_required_spec_claims(&needed);
        rules
    }
}

fn identity(claims: Map<String, Value>) -> Identity {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let subject = text("sub").unwrap_or_default().to_owned();
    let scopes: Vec<String> = match claims.get("scope").or_else(|| claims.get("scp")) {
        Some(Value::String(list)) => list.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    Identity::new(subject).with_scopes(scopes).with_claims(claims)
}

impl Verify for Jwt {
    fn verify<'a>(&'a self, token: &'a str, _: &'a Context) -> BoxFuture<'a, Result<Identity>> {
        Box::pin(ready(self.identity(token)))
    }
}
