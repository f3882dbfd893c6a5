//! The answers at the paths of operation.

use super::debug::Notes;
use crate::net::body::Body;
use crate::net::exchange::{ResponseFuture, answered};
use crate::waist::health::Health;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};

const LIVE: &str = "/livez";
const READY: &str = "/readyz";
#[cfg(feature = "metrics")]
const METRICS: &str = "/metrics";
const CALLS: &str = "/debug/calls";
const CONNECTIONS: &str = "/debug/connections";
const JSON_LINES: &str = "application/x-ndjson";
const TEXT: &str = "text/plain; charset=utf-8";

/// Answers the paths of operation on some listeners.
pub(crate) struct Desk {
    pub(super) health: Health,
    pub(super) reasons: Reasons,
    pub(super) notes: Option<Notes>,
    #[cfg(feature = "metrics")]
    pub(super) metrics: Option<Scraped>,
}

/// Whether a probe that fails says why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Reasons {
    #[default]
    Hidden,
    Told,
}

/// Whether the request is for a host of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Asker {
    /// Perhaps a page whose name was pointed here. It learns yes or no.
    AnyHost,
    OwnHost,
}

enum Question {
    Live,
    Ready,
    Notes(Notes, fn(&Notes) -> String),
    #[cfg(feature = "metrics")]
    Metrics(Scraped),
}

impl Desk {
    /// The paths that are answered.
    pub(in crate::server) fn paths(&self) -> Vec<&'static str> {
        #[allow(unused_mut, reason = "there are more with more features")]
        let mut paths = vec![LIVE, READY];
        #[cfg(feature = "metrics")]
        paths.extend(self.metrics.is_some().then_some(METRICS));
        paths
    }

    /// The answer, if the path is one of these.
    pub(in crate::server) fn answer(&self, parts: &Parts, asker: Asker) -> Option<ResponseFuture> {
        let question = self.question(parts.uri.path())?;
        if parts.method != Method::GET && parts.method != Method::HEAD {
            let mut response = text(StatusCode::METHOD_NOT_ALLOWED, String::new());
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(answered(response));
        }
        match question {
            Question::Live => Some(answered(text(StatusCode::OK, "live\n".to_owned()))),
            Question::Ready => Some(self.ready(asker)),
            Question::Notes(notes, read) => Some(answered(typed(JSON_LINES, read(&notes)))),
            // The engine refuses other hosts, as it does elsewhere.
            #[cfg(feature = "metrics")]
            Question::Metrics(scraped) => (asker == Asker::OwnHost).then(|| scraped.answer(&parts.headers)),
        }
    }

    fn question(&self, path: &str) -> Option<Question> {
        match path {
            LIVE => Some(Question::Live),
            READY => Some(Question::Ready),
            CALLS => self.notes.clone().map(|notes| Question::Notes(notes, Notes::calls)),
            CONNECTIONS => self.notes.clone().map(|notes| Question::Notes(notes, Notes::connections)),
            #[cfg(feature = "metrics")]
            METRICS => self.metrics.clone().map(Question::Metrics),
            _ => None,
        }
    }

    fn ready(&self, asker: Asker) -> ResponseFuture {
        let health = self.health.clone();
        let tells = self.reasons == Reasons::Told && asker == Asker::OwnHost;
        Box::pin(async move {
            health.ask().await;
            let reasons = health.reasons();
            if reasons.is_empty() {
                return text(StatusCode::OK, "ready\n".to_owned());
            }
            let mut told = "not ready\n".to_owned();
            for reason in reasons.iter().filter(|_| tells) {
                told.push_str("- ");
                // A reason is one line, whatever an error of the program's own says.
                told.extend(reason.chars().map(|c| if c.is_control() { ' ' } else { c }));
                told.push('\n');
            }
            text(StatusCode::SERVICE_UNAVAILABLE, told)
        })
    }
}

/// Numbers that are written for one scraper at a time.
#[cfg(feature = "metrics")]
#[derive(Clone)]
pub(super) struct Scraped {
    metrics: crate::layers::Metrics,
    turn: std::sync::Arc<tokio::sync::Mutex<()>>,
}

#[cfg(feature = "metrics")]
impl Scraped {
    pub(super) fn new(metrics: crate::layers::Metrics) -> Self {
        Self { metrics, turn: std::sync::Arc::default() }
    }

    fn answer(self, headers: &http::HeaderMap) -> ResponseFuture {
        let accept = headers.get_all(http::header::ACCEPT).iter();
        let accept: Vec<_> = accept.filter_map(|value| value.to_str().ok()).collect();
        Box::pin(self.write(accept.join(",")))
    }

    async fn write(self, accept: String) -> Response<Body> {
        let turn = self.turn.lock_owned().await;
        let written = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            self.metrics.text_for(&accept)
        });
        match written.await {
            Ok((content_type, numbers)) => typed(content_type, numbers),
            // A metric of the program's own has panicked. The log has the text.
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "the numbers cannot be written\n".to_owned()),
        }
    }
}

fn typed(content_type: &'static str, content: String) -> Response<Body> {
    let mut response = text(StatusCode::OK, content);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn text(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::full(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(TEXT));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
