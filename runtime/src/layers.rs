//! Ready interceptors, each behind a feature: who calls, what may be called, how often, and what is told of it.
//!
//! Each is an [`Interceptor`](crate::Interceptor), so it holds on every wire. The order matters: the first added is the
//! outermost. A common order is [`RequestId`], [`AccessLog`], [`Metrics`], [`Authenticate`], [`RateLimit`], [`Scopes`].
//!
//! | layer | feature | side |
//! |---|---|---|
//! | [`Authenticate`] with [`ApiKeys`], or a [`Verify`] of your own | `auth` | server |
//! | [`Jwt`] | `jwt` | server |
//! | [`Scopes`] | `auth` | server |
//! | [`RateLimit`] | `ratelimit` | both |
//! | [`RequestId`], [`AccessLog`] | `accesslog` | both |
//! | [`Metrics`] | `metrics` | both |
//! | [`Spans`] | `spans`, and `otel` for traces over the wires | both |

#[cfg(feature = "accesslog")]
mod access_log;
#[cfg(feature = "auth")]
mod authenticate;
#[cfg(feature = "auth")]
mod identity;
#[cfg(feature = "jwt")]
mod jwt;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(feature = "ratelimit")]
mod rate_limit;
#[cfg(feature = "accesslog")]
mod request_id;
#[cfg(feature = "auth")]
mod scopes;
#[cfg(feature = "spans")]
mod spans;

#[cfg(feature = "accesslog")]
pub use access_log::AccessLog;
#[cfg(feature = "auth")]
pub use authenticate::{ApiKeys, Authenticate, Verify};
#[cfg(feature = "auth")]
pub use identity::Identity;
#[cfg(feature = "jwt")]
pub use jwt::Jwt;
#[cfg(feature = "metrics")]
pub use metrics::Metrics;
#[cfg(feature = "ratelimit")]
pub use rate_limit::RateLimit;
#[cfg(feature = "accesslog")]
pub use request_id::RequestId;
#[cfg(feature = "auth")]
pub use scopes::Scopes;
#[cfg(feature = "spans")]
pub use spans::Spans;

/// Whether a method is for load balancers, which have no token.
#[cfg(any(feature = "auth", feature = "ratelimit"))]
fn is_health(method: &crate::Method) -> bool {
    method.service.model.full_name() == "grpc.health.v1.Health"
}
