//! [`Identity`]: who calls.

use crate::call::context::Context;
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;

/// The caller, as [`Authenticate`](super::Authenticate) knows it. A handler finds it with [`Identity::current`], an
/// interceptor with `cx.extension::<Identity>()`.
///
/// ```
/// use polywire::layers::Identity;
///
/// let ann = Identity::new("ann").with_scopes(["books:read", "books:write"]);
/// assert_eq!(ann.subject(), "ann");
/// assert!(ann.has_scope("books:write"));
/// assert!(Identity::current().is_none()); // no call runs here
/// ```
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

#[derive(Clone, Default)]
struct Inner {
    subject: String,
    scopes: Vec<String>,
    claims: Map<String, Value>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Claims may be personal.
        f.debug_struct("Identity")
            .field("subject", &self.0.subject)
            .field("scopes", &self.0.scopes)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// A caller of this name, without scopes.
    #[must_use]
    pub fn new(subject: impl Into<String>) -> Self {
        Self(Arc::new(Inner { subject: subject.into(), ..Inner::default() }))
    }

    /// Gives the caller scopes, instead of those that it has.
    #[must_use]
    pub fn with_scopes<I: IntoIterator<Item: Into<String>>>(mut self, scopes: I) -> Self {
        Arc::make_mut(&mut self.0).scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Gives the caller claims, instead of those that it has.
    #[must_use]
    pub fn with_claims(mut self, claims: Map<String, Value>) -> Self {
        Arc::make_mut(&mut self.0).claims = claims;
        self
    }

    /// The caller of the call that runs here, if it is known.
    #[must_use]
    pub fn current() -> Option<Self> {
        Context::current().extension::<Self>().cloned()
    }

    /// The name: `sub` of a JWT, or the owner of an API key.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The scopes.
    pub fn scopes(&self) -> &[String] {
        &self.0.scopes
    }

    /// Whether the caller has this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.iter().any(|own| own == scope)
    }

    /// A claim of the token.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.0.claims.get(name)
    }
}
