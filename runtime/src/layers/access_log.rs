//! [`AccessLog`]: one line for each call.

use super::request_id::RequestId;
use crate::call::context::Context;
use crate::call::interceptor::{Interceptor, Outcome, Refused};
use crate::call::spec::Method;
use serde_json::{Map, Value, json};
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Writes a line for each call when it has ended: method, wire, code, time, peer, request id and caller. What no method
/// takes has a line too, with a `target` in place of the method.
///
/// [`AccessLog::events`] gives them to `tracing`, at `info` under the target `polywire::access`. The other two write lines
/// to a file or to standard output. Metadata is written only if it is named, so a token is in no line by mistake. Values
/// are escaped, so a caller cannot begin a line of its own. A line that cannot be written is lost, and the call goes on.
///
/// ```
/// use polywire::Server;
/// use polywire::layers::AccessLog;
///
/// let log = AccessLog::json(std::io::stdout()).metadata(["user-agent"]);
/// let server = Server::new().interceptor(log);
/// # drop(server);
/// ```
///
/// ```text
/// {"method":"books.v1.BookService/Title","transport":"grpc","code":"ok","ms":0.412,"peer":"127.0.0.1:50122","user-agent":"grpc-rust/0.1"}
/// ```
pub struct AccessLog {
    out: Out,
    metadata: Vec<String>,
}

enum Out {
    Events,
    Json(Mutex<Box<dyn Write + Send>>),
    Text(Mutex<Box<dyn Write + Send>>),
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessLog").field("metadata", &self.metadata).finish_non_exhaustive()
    }
}

impl AccessLog {
    const fn to(out: Out) -> Self {
        Self { out, metadata: Vec::new() }
    }

    /// Gives each line to `tracing`.
    #[must_use]
    pub const fn events() -> Self {
        Self::to(Out::Events)
    }

    /// Writes a JSON object a line.
    #[must_use]
    pub fn json(out: impl Write + Send + 'static) -> Self {
        Self::to(Out::Json(Mutex::new(Box::new(out))))
    }

    /// Writes `name=value` pairs, the values as JSON where they are not plain words.
    #[must_use]
    pub fn text(out: impl Write + Send + 'static) -> Self {
        Self::to(Out::Text(Mutex::new(Box::new(out))))
    }

    /// Writes these metadata too. A caller gives their values, so they must be harmless.
    #[must_use]
    pub fn metadata<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.metadata = names.into_iter().map(Into::into).collect();
        self
    }

    fn line(&self, cx: &Context, method: &Method, outcome: &Outcome<'_>) -> Map<String, Value> {
        let mut line = Map::new();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                line.insert(name.to_owned(), value);
            }
        };
        add("method", Some(method.full_name().into()));
        add("transport", Some(cx.transport().to_string().into()));
        add("code", Some(outcome.code().into()));
        // To the microsecond.
        add("ms", Some(json!((outcome.elapsed.as_secs_f64() * 1e6).round() / 1e3)));
        add("peer", cx.peer().map(|peer| peer.to_string().into()));
        add("request_id", RequestId::of(cx).map(Value::from));
        #[cfg(feature = "auth")]
        add("caller", cx.extension::<super::Identity>().map(|caller| caller.subject().into()));
        add("error", outcome.error.map(|status| status.message().into()));
        add("attempt", (cx.attempt() > 1).then(|| cx.attempt().into()));
        for name in &self.metadata {
            add(name, cx.metadata().get(name).map(Value::from));
        }
        line
    }
}

/// `name=value` pairs.
fn pairs(line: &Map<String, Value>) -> String {
    let plain =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    let pair = |(name, value): (&String, &Value)| match value {
        Value::String(text) if plain(text) => format!("{name}={text}"),
        value => format!("{name}={value}"),
    };
    line.iter().map(pair).collect::<Vec<_>>().join(" ")
}

fn write(out: &Mutex<Box<dyn Write + Send>>, line: String) {
    let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
    // One write, so that lines of several processes do not mix.
    if let Err(error) = out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()) {
        tracing::warn!(%error, "a line of the access log is lost");
    }
}

/// The line of a request that no method took. Its target is text of a stranger.
fn refusal(refused: &Refused<'_>) -> Map<String, Value> {
    const LONGEST: usize = 256;
    let mut line = Map::new();
    let target: String = refused.target.chars().take(LONGEST).collect();
    let (name, target) = match refused.method {
        Some(method) => ("method", method.full_name().to_owned()),
        None => ("target", target),
    };
    line.insert(name.to_owned(), target.into());
    line.insert("transport".to_owned(), refused.transport.to_string().into());
    line.insert("code".to_owned(), refused.status.code().as_str().into());
    line.extend(refused.peer.map(|peer| ("peer".to_owned(), peer.to_string().into())));
    line.insert("error".to_owned(), refused.status.message().into());
    line
}

impl AccessLog {
    fn put(&self, line: Map<String, Value>) {
        match &self.out {
            Out::Events => tracing::info!(target: "polywire::access", "{}", pairs(&line)),
            Out::Json(out) => write(out, Value::Object(line).to_string()),
            Out::Text(out) => write(out, pairs(&line)),
        }
    }
}

impl Interceptor for AccessLog {
    fn after(&self, cx: &Context, method: &'static Method, outcome: &Outcome<'_>) {
        self.put(self.line(cx, method, outcome));
    }

    fn refused(&self, refused: &Refused<'_>) {
        self.put(refusal(refused));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_their_line() {
        let line =
            [("method", "a.B/C"), ("agent", "evil\nmethod=x \u{1b}[2J"), ("empty", ""), ("quoted", "\"a\"")];
        let line = line.map(|(name, value)| (name.to_owned(), Value::from(value))).into_iter().collect();
        let text = pairs(&line);
        assert!(
            text.contains("method=a.B/C") && text.contains(r#"agent="evil\nmethod=x \u001b[2J""#),
            "{text}"
        );
        assert!(text.contains(r#"empty="""#) && text.contains(r#"quoted="\"a\"""#), "{text}");
        assert!(!text.chars().any(char::is_control));
    }
}
