//! Traces over the wires, by the headers `traceparent` and `tracestate` ([W3C Trace Context]).
//!
//! [W3C Trace Context]: https://www.w3.org/TR/trace-context/

use crate::call::around::Request;
use crate::call::metadata::Metadata;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use std::str::FromStr;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// Makes the caller's span the parent of this one. A span of a message has a link to its publisher's too.
pub(super) fn follow(span: &Span, metadata: &Metadata, is_message: bool) {
    let Some(caller) = read(metadata) else { return };
    if is_message {
        span.add_link(caller.clone());
    }
    // Without a layer of `tracing-opentelemetry` there is nothing to set.
    let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(caller));
}

/// Sends the span as the parent of the server's.
pub(super) fn send(span: &Span, request: Request) -> Request {
    let own = span.context();
    let own = own.span();
    let own = own.span_context();
    if !own.is_valid() {
        return request;
    }
    let mut trace = Metadata::new();
    let parent = format!("00-{}-{}-{:02x}", own.trace_id(), own.span_id(), own.trace_flags().to_u8());
    // Both values are ASCII.
    let _ = trace.append(PARENT, &parent);
    let state = own.trace_state().header();
    if !state.is_empty() {
        let _ = trace.append(STATE, &state);
    }
    request.with_context(|cx| cx.replacing(&trace))
}

/// The caller's span. A header that is malformed counts as none, as the standard says.
fn read(metadata: &Metadata) -> Option<SpanContext> {
    let mut all = metadata.get_all(PARENT);
    let (parent, None) = (all.next()?, all.next()) else { return None };
    let mut parts = parent.trim().split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, len| {
        text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let is_sound = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    // A later version may have more parts.
    if !is_sound || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let flags = u8::from_str_radix(flags, 16).ok()?;
    let state = metadata.get_all(STATE).collect::<Vec<_>>().join(",");
    let caller = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        TraceFlags::new(flags) & TraceFlags::SAMPLED,
        true,
        TraceState::from_str(&state).unwrap_or_default(),
    );
    caller.is_valid().then_some(caller)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parent(values: &[&str]) -> Option<SpanContext> {
        let mut metadata = Metadata::new();
        values.iter().for_each(|value| metadata.append(PARENT, value).expect("sound"));
        read(&metadata)
    }

    #[test]
    fn a_parent_is_read_as_the_standard_says() {
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0be902b7");
        let sampled = parent(&[&format!("00-{trace}-{span}-01")]).expect("a parent");
        assert_eq!(
            (sampled.trace_id().to_string(), sampled.span_id().to_string()),
            (trace.into(), span.into())
        );
        assert!(sampled.is_sampled() && sampled.is_remote());
        assert!(parent(&[&format!("00-{trace}-{span}-02")]).is_some_and(|parent| !parent.is_sampled()));
        assert!(parent(&[&format!("cc-{trace}-{span}-01-what-comes")]).is_some());
        for bad in [
            format!("00-{trace}-{span}-01-more"),
            format!("ff-{trace}-{span}-01"),
            format!("00-{}-{span}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-{span}-01", trace.to_uppercase()),
            format!("00-{trace}-{span}"),
            format!("00-{trace}-{span}-1"),
            "x".repeat(4096),
            String::new(),
        ] {
            assert!(parent(&[&bad]).is_none(), "{bad}");
        }
        let sound = format!("00-{trace}-{span}-01");
        assert!(parent(&[&sound, &sound]).is_none());
    }
}
