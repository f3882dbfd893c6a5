//! Logs each call: wire, method, code, duration.

use polywire::{Context, Interceptor, Method, Outcome};

/// The log, as an interceptor: it sees every wire.
pub(crate) struct Log;

impl Interceptor for Log {
    fn after(&self, cx: &Context, method: &'static Method, outcome: &Outcome<'_>) {
        let (wire, method, code) = (cx.transport(), method.full_name(), outcome.code());
        match outcome.error {
            None => tracing::info!(%wire, method, code, duration = ?outcome.elapsed, "call"),
            Some(status) => {
                tracing::info!(%wire, method, code, duration = ?outcome.elapsed, message = status.message(), "call");
            }
        }
    }
}
