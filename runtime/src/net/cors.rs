//! [`Cors`]: which pages of other sites may call, for every HTTP transport at once. By default none may.

use super::body::Body;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

/// Which pages of other sites may call this server (Fetch standard, "CORS protocol").
///
/// ```
/// # use polywire::{Cors, Server};
/// let server = Server::new().cors(Cors::origins(["https://shop.example"]).with_credentials());
/// # drop(server);
/// ```
#[derive(Debug, Clone)]
pub struct Cors {
    origins: Origins,
    credentials: bool,
    exposed: HeaderValue,
}

#[derive(Debug, Clone)]
enum Origins {
    Any,
    These(Vec<String>),
}

/// The result of [`Cors::admits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Refused,
    WithoutCookies,
    WithCookies,
}

/// The headers that gRPC-Web and Connect clients must be able to read.
const EXPOSED: &str = "grpc-status, grpc-message, grpc-status-details-bin, retry-after";
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
/// Two hours, the longest time that browsers keep an answer.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");
const VARIES: HeaderValue = HeaderValue::from_static("origin");

impl Cors {
    /// Lets in every page, without its user's credentials.
    ///
    /// The server removes everything that a browser adds by itself before a call begins. That is cookies,
    /// `Authorization` of the schemes that browsers keep (Basic, Digest, Negotiate, NTLM), and the identity
    /// of a TLS client certificate. A token that the page itself sends, such as `Bearer …`, stays.
    ///
    /// ```
    /// # use polywire::{Cors, Server};
    /// let server = Server::new().cors(Cors::any()); // a public API, read by pages of all sites
    /// # drop(server);
    /// ```
    pub fn any() -> Self {
        Self { origins: Origins::Any, credentials: false, exposed: HeaderValue::from_static(EXPOSED) }
    }

    /// Lets in pages of these origins, such as `https://shop.example`: scheme, host, and port unless it is
    /// the scheme's default. Their users' credentials are removed as by [`Cors::any`], unless
    /// [`Cors::with_credentials`] lets them in.
    ///
    /// ```
    /// # use polywire::{Cors, Server};
    /// let server = Server::new().cors(Cors::origins(["https://shop.example", "http://localhost:5173"]));
    /// # drop(server);
    /// ```
    pub fn origins<I: IntoIterator<Item: Into<String>>>(origins: I) -> Self {
        let origins = origins.into_iter().map(|origin| Into::into(origin).to_ascii_lowercase()).collect();
        Self { origins: Origins::These(origins), ..Self::any() }
    }

    /// Also lets in cookies and other credentials of the user. It changes nothing in [`Cors::any`]: every
    /// page of the web could then act for the user.
    #[must_use]
    pub fn with_credentials(mut self) -> Self {
        self.credentials = matches!(self.origins, Origins::These(_));
        self
    }

    /// Lets pages read these response headers, in addition to those of gRPC-Web and Connect.
    ///
    /// ```
    /// # use polywire::Cors;
    /// let cors = Cors::origins(["https://shop.example"]).expose(["x-cache", "etag"]);
    /// # drop(cors);
    /// ```
    ///
    /// # Panics
    /// When a name is not a header name.
    #[must_use]
    pub fn expose<'a>(mut self, headers: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = EXPOSED.to_owned();
        for header in headers {
            assert!(http::HeaderName::try_from(header).is_ok(), "`{header}` is not a header name");
            all.push_str(", ");
            all.push_str(header);
        }
        if let Ok(exposed) = HeaderValue::try_from(all) {
            self.exposed = exposed;
        }
        self
    }

    /// The `Access-Control-Allow-Origin` for this origin; `None` if its pages may not read the response.
    fn allowed(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match &self.origins {
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::These(origins) => {
                let asked = origin.to_str().ok()?;
                origins.iter().any(|known| known.eq_ignore_ascii_case(asked)).then(|| origin.clone())
            }
        }
    }

    /// Decides whether a page of this origin may open a WebSocket, or send a form. Browsers do both without
    /// asking, and send the cookies along.
    pub(crate) fn admits(&self, origin: &str) -> Admission {
        match HeaderValue::from_str(origin).ok().and_then(|origin| self.allowed(&origin)) {
            None => Admission::Refused,
            Some(_) if self.credentials => Admission::WithCookies,
            Some(_) => Admission::WithoutCookies,
        }
    }

    /// The headers that every response to this request carries.
    pub(crate) fn headers(&self, parts: &Parts) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Origins::These(_) = self.origins {
            headers.insert(VARY, VARIES);
        }
        let Some(allowed) = parts.headers.get(ORIGIN).and_then(|origin| self.allowed(origin)) else {
            return headers;
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, self.exposed.clone());
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        headers
    }

    /// The answer to a preflight request, which no transport sees.
    pub(crate) fn preflight(&self, parts: &Parts) -> Option<Response<Body>> {
        let asks =
            parts.method == Method::OPTIONS && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let origin = parts.headers.get(ORIGIN).filter(|_| asks)?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        if self.allowed(origin).is_some() {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
            // Metadata can have any name, so a page that may call may send any header.
            if let Some(asked) = parts.headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
                headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
            }
        }
        Some(response)
    }
}
