//! The ready layers, on every wire.
#![allow(clippy::expect_used)]

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use polywire::layers::{
    AccessLog, ApiKeys, Authenticate, Identity, Jwt, Metrics, RateLimit, RequestId, Scopes, Verify,
};
use polywire::{BoxFuture, Caller, Code, Context, Metadata, Result, Server, Status, service};
use polywire_e2e::on_every_wire;
use polywire_e2e::serving::serve;
use polywire_e2e::wires::Wire;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

on_every_wire! {
    a_call_without_a_good_token_is_refused
    a_public_method_needs_no_token
    a_token_says_who_calls_and_what_is_allowed
    no_token_that_is_made_up_is_believed
    a_request_has_one_id_everywhere
    each_call_is_a_line_and_a_number
    calls_beyond_a_rate_are_told_when_to_come_back
    a_layer_that_panics_is_the_failure_of_its_call
}

#[service(package = "layers.v1")]
#[attr(scope = "books:read")]
pub trait Library {
    #[attr(public)]
    #[attr(scope = "")]
    async fn open(&self) -> Result<String>;
    #[http(GET "/mine")]
    async fn mine(&self) -> Result<String>;
    #[attr(scope = "books:read books:write")]
    async fn burn(&self) -> Result<String>;
    #[attr(cost = 3)]
    async fn dear(&self) -> Result<String>;
}

struct Shelf;

fn seen() -> Result<String> {
    let caller = Identity::current().map_or("nobody".to_owned(), |caller| caller.subject().to_owned());
    let id = RequestId::of(&Context::current()).unwrap_or("none").to_owned();
    Ok(format!("{caller} {id}"))
}

impl Library for Shelf {
    async fn open(&self) -> Result<String> {
        seen()
    }
    async fn mine(&self) -> Result<String> {
        seen()
    }
    async fn burn(&self) -> Result<String> {
        seen()
    }
    async fn dear(&self) -> Result<String> {
        seen()
    }
}

fn server() -> Server {
    Server::new().service(LibraryServer::new(Shelf))
}

fn keys() -> ApiKeys {
    ApiKeys::new([
        ("k-ann", Identity::new("ann").with_scopes(["books:read"])),
        ("k-bob", Identity::new("bob").with_scopes(["books:read", "books:write"])),
    ])
}

fn with(caller: &Caller, pairs: &[(&str, &str)]) -> LibraryClient {
    let mut metadata = Metadata::new();
    pairs.iter().for_each(|(name, value)| metadata.append(name, value).expect("sound"));
    LibraryClient::from_caller(caller.clone().with_metadata(metadata))
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|status| status.code())
}

async fn a_call_without_a_good_token_is_refused(wire: Wire) {
    let caller = wire.open_at(server().interceptor(Authenticate::header("X-Api-Key", keys()))).await;
    assert_eq!(with(&caller, &[("x-api-key", "k-ann")]).mine().await.as_deref(), Ok("ann none"));
    let huge = "k".repeat(6_000);
    for bad in [
        &[][..],
        &[("x-api-key", "k-an")],
        &[("x-api-key", "k-annn")],
        &[("x-api-key", "")],
        &[("x-api-key", &huge)],
        &[("x-api-key", "k-ann"), ("x-api-key", "k-ann")],
        &[("authorization", "Bearer k-ann")],
    ] {
        assert_eq!(code(with(&caller, bad).mine().await), Some(Code::Unauthenticated), "{bad:?}");
    }
}

async fn a_public_method_needs_no_token(wire: Wire) {
    let guarded = server().interceptor(Authenticate::bearer(keys())).interceptor(Scopes::new());
    let caller = wire.open_at(guarded).await;
    assert_eq!(with(&caller, &[]).open().await.as_deref(), Ok("nobody none"));
    assert_eq!(with(&caller, &[("authorization", "bearer k-ann")]).open().await.as_deref(), Ok("ann none"));
    assert_eq!(
        code(with(&caller, &[("authorization", "Bearer no")]).open().await),
        Some(Code::Unauthenticated)
    );
}

const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after it").as_secs()
}

fn token(key: &[u8], claims: &Value) -> String {
    let token =
        encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(key).expect("a key"));
    format!("Bearer {}", token.expect("a token"))
}

fn claims(change: impl FnOnce(&mut Value)) -> Value {
    let mut claims =
        json!({"sub": "ann", "scope": "books:read", "aud": "books", "iss": "login", "exp": now() + 300});
    change(&mut claims);
    claims
}

fn by_jwt() -> Server {
    let jwt = Jwt::from_secret(SECRET).expect("a secret").audience(["books"]).issuer(["login"]);
    server().interceptor(Authenticate::bearer(jwt)).interceptor(Scopes::new())
}

async fn a_token_says_who_calls_and_what_is_allowed(wire: Wire) {
    let caller = wire.open_at(by_jwt()).await;
    let reader = token(SECRET, &claims(|_| {}));
    let reader = with(&caller, &[("authorization", &reader)]);
    assert_eq!(reader.mine().await.as_deref(), Ok("ann none"));
    let status = reader.burn().await.expect_err("no right to write");
    assert_eq!(
        (status.code(), status.message()),
        (Code::PermissionDenied, "the scope `books:write` is missing")
    );
    let writer = token(SECRET, &claims(|claims| claims["scope"] = json!(["books:read", "books:write"])));
    assert_eq!(with(&caller, &[("authorization", &writer)]).burn().await.as_deref(), Ok("ann none"));
    // Clocks may differ by a minute.
    let late = token(SECRET, &claims(|claims| claims["exp"] = json!(now() - 30)));
    assert_eq!(with(&caller, &[("authorization", &late)]).mine().await.as_deref(), Ok("ann none"));
}

async fn no_token_that_is_made_up_is_believed(wire: Wire) {
    let caller = wire.open_at(by_jwt()).await;
    let good = token(SECRET, &claims(|_| {}));
    // {"alg":"none"} and {"alg":"RS256"}, with the claims of a good token.
    let middle = good.split('.').nth(1).expect("three parts");
    let forged = [
        format!("Bearer eyJhbGciOiJub25lIn0.{middle}."),
        format!("Bearer eyJhbGciOiJSUzI1NiJ9.{middle}.AAAA"),
        token(b"another secret, just as long as it", &claims(|_| {})),
        token(SECRET, &claims(|claims| claims["exp"] = json!(now() - 90))),
        token(SECRET, &claims(|claims| claims["nbf"] = json!(now() + 600))),
        token(SECRET, &claims(|claims| claims["aud"] = json!("payments"))),
        token(SECRET, &claims(|claims| drop(claims["iss"].take()))),
        token(SECRET, &claims(|claims| drop(claims.as_object_mut().map(|all| all.remove("exp"))))),
        token(SECRET, &claims(|claims| drop(claims.as_object_mut().map(|all| all.remove("aud"))))),
        "Bearer a.b".to_owned(),
        "Bearer".to_owned(),
        "Basic YTpi".to_owned(),
    ];
    for forged in &forged {
        let refused = with(&caller, &[("authorization", forged)]).mine().await;
        assert_eq!(code(refused), Some(Code::Unauthenticated), "{forged}");
    }
    let twice = with(&caller, &[("authorization", &good), ("authorization", &good)]).mine().await;
    assert_eq!(code(twice), Some(Code::Unauthenticated));
}

async fn a_request_has_one_id_everywhere(wire: Wire) {
    let caller = wire.open_at(server().interceptor(RequestId::new())).await;
    assert_eq!(with(&caller, &[("x-request-id", "abc-1")]).mine().await.as_deref(), Ok("nobody abc-1"));
    for bad in ["", "a b", "\u{7f}", &"x".repeat(129)] {
        let pairs: &[(&str, &str)] = &[("x-request-id", bad)];
        let mut metadata = Metadata::new();
        if metadata.append(pairs[0].0, pairs[0].1).is_err() {
            continue;
        }
        let seen = with(&caller, pairs).mine().await.expect("an answer");
        let id = seen.strip_prefix("nobody ").expect("an id");
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{bad:?}: {seen}");
    }
    // A client makes one where there is none, and the answer has it.
    let cx = Context::new();
    let named = LibraryClient::from_caller(caller.clone()).with_interceptor(RequestId::new());
    let seen = cx.scope(named.mine()).await.expect("an answer");
    assert!(seen.len() > "nobody ".len() + 31, "{seen}");
}

/// A call that a handler makes has the id of the handler's own.
#[tokio::test]
async fn an_id_goes_on_to_the_calls_of_a_handler() {
    #[service(package = "layers.v1")]
    trait Front {
        async fn ask(&self) -> Result<String>;
    }
    struct Desk(LibraryClient);
    impl Front for Desk {
        async fn ask(&self) -> Result<String> {
            self.0.mine().await
        }
    }
    let library = Caller::new(server().interceptor(RequestId::new()).into_local());
    let library = LibraryClient::from_caller(library.with_interceptor(RequestId::new()));
    let front = Server::new().service(FrontServer::new(Desk(library))).interceptor(RequestId::new());
    let mut metadata = Metadata::new();
    metadata.append("x-request-id", "abc-2").expect("sound");
    let front = FrontClient::from_caller(Caller::new(front.into_local()).with_metadata(metadata));
    assert_eq!(front.ask().await.as_deref(), Ok("nobody abc-2"));
}

/// A page that is written, for all who hold it.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut *self.0.lock().expect("no panic"), bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().expect("no panic").clone()).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

async fn each_call_is_a_line_and_a_number(wire: Wire) {
    let (page, metrics) = (Page::default(), Metrics::new());
    let log = AccessLog::json(page.clone()).metadata(["x-note"]);
    let guarded = server().interceptor(RequestId::new()).interceptor(log).interceptor(metrics.server());
    let guarded = guarded.interceptor(Authenticate::bearer(keys()));
    let caller = wire.open_at(guarded).await.with_interceptor(metrics.client());
    let mark = std::process::id().to_string();
    let ann = with(&caller, &[("authorization", "Bearer k-ann"), ("x-note", &mark), ("x-request-id", "r-1")]);
    ann.mine().await.expect("an answer");
    let nobody = with(&caller, &[("x-note", &mark)]);
    assert_eq!(code(nobody.mine().await), Some(Code::Unauthenticated));

    let mut lines = Vec::new();
    polywire_e2e::serving::until("two lines", async || {
        lines = page.lines();
        lines.retain(|line| line["x-note"] == *mark);
        lines.len() == 2
    })
    .await;
    assert_eq!(lines[0]["method"], "layers.v1.Library/Mine");
    assert_eq!((&lines[0]["code"], &lines[0]["request_id"]), (&json!("ok"), &json!("r-1")));
    assert!(lines[0]["ms"].is_number() && !lines[0].to_string().contains("k-ann"), "{}", lines[0]);
    assert_eq!(lines[1]["code"], "unauthenticated");

    let text = metrics.text();
    for (side, code) in
        [("server", "OK"), ("server", "UNAUTHENTICATED"), ("client", "OK"), ("client", "UNAUTHENTICATED")]
    {
        let name = format!("rpc_{side}_call_duration_seconds_count");
        let found = text.lines().any(|line| {
            line.starts_with(&name)
                && line.contains("rpc_method=\"layers.v1.Library/Mine\"")
                && line.contains(&format!("rpc_response_status_code=\"{code}\""))
        });
        assert!(found, "{side} {code}: {text}");
    }
    let running = text.lines().filter(|line| line.starts_with("polywire_") && line.contains("calls{"));
    running.for_each(|line| assert!(line.ends_with(" 0"), "{line}"));
    assert!(text.ends_with("# EOF\n"), "{text}");
}

async fn calls_beyond_a_rate_are_told_when_to_come_back(wire: Wire) {
    let rate =
        RateLimit::per_minute(1).burst(4).key(|cx| cx.metadata().get("x-tenant").unwrap_or("").to_owned());
    let caller = wire.open_at(server().interceptor(rate)).await;
    let (one, other) = (format!("one-{}", std::process::id()), format!("other-{}", std::process::id()));
    let one = with(&caller, &[("x-tenant", &one)]);
    one.dear().await.expect("three of four");
    one.mine().await.expect("four of four");
    let status = one.mine().await.expect_err("the bucket is empty");
    assert_eq!(status.code(), Code::ResourceExhausted);
    if !matches!(wire, Wire::Amqp | Wire::Memory | Wire::WebSocketJson | Wire::WebSocketProto) {
        let after = status.retry_after().expect("a time");
        assert!((Duration::from_secs(30)..=Duration::from_secs(61)).contains(&after), "{after:?}");
    }
    with(&caller, &[("x-tenant", &other)]).mine().await.expect("a bucket of its own");
}

struct Broken;

impl Verify for Broken {
    fn verify<'a>(&'a self, _: &'a str, _: &'a Context) -> BoxFuture<'a, Result<Identity>> {
        Box::pin(async { panic!("the sessions are gone") })
    }
}

async fn a_layer_that_panics_is_the_failure_of_its_call(wire: Wire) {
    let caller = wire.open_at(server().interceptor(Authenticate::bearer(Broken))).await;
    for _ in 0..2 {
        let broken = with(&caller, &[("authorization", "Bearer x")]).mine().await;
        assert_eq!(code(broken), Some(Code::Internal));
    }
    assert_eq!(code(with(&caller, &[]).mine().await), Some(Code::Unauthenticated));
}

/// An HTTP client is told how to be known, and when to come back.
#[tokio::test]
async fn an_http_answer_says_what_to_do() {
    let server = server().interceptor(RateLimit::per_minute(1)).interceptor(Authenticate::bearer(keys()));
    let address = serve(server).await;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("a server");
        let request = "GET /mine HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answers.push(answer.to_ascii_lowercase());
    }
    assert!(
        answers[0].starts_with("http/1.1 401") && answers[0].contains("www-authenticate: bearer\r\n"),
        "{}",
        answers[0]
    );
    assert!(answers[1].starts_with("http/1.1 429") && answers[1].contains("retry-after: "), "{}", answers[1]);
}

/// A method that says nothing of its scopes is closed: the server does not start.
#[tokio::test]
async fn a_method_without_a_scope_is_not_served() {
    #[service(package = "layers.v1")]
    trait Careless {
        async fn anything(&self) -> Result<()>;
    }
    struct Nothing;
    impl Careless for Nothing {
        async fn anything(&self) -> Result<()> {
            Ok(())
        }
    }
    let server = Server::new().service(CarelessServer::new(Nothing)).interceptor(Scopes::new());
    let refused = server.listen("127.0.0.1:0").serve().await.expect_err("it does not start");
    assert!(refused.to_string().contains("layers.v1.Careless/Anything: it says neither"), "{refused}");
}

#[tokio::test]
async fn keys_rotate_and_bad_keys_change_nothing() {
    let jwks = |secret: &[u8], id: &str| {
        let k = base64url(secret);
        json!({"keys": [{"kty": "oct", "alg": "HS256", "kid": id, "k": k}]}).to_string()
    };
    let jwt = Jwt::from_jwks(&jwks(SECRET, "1")).expect("keys");
    let caller = Wire::Local.open_at(server().interceptor(Authenticate::bearer(jwt.clone()))).await;
    let other = b"fedcba9876543210fedcba9876543210";
    let (old, new) = (token(SECRET, &claims(|_| {})), token(other, &claims(|_| {})));
    let works = async |token: &str| with(&caller, &[("authorization", token)]).mine().await.is_ok();
    assert!(works(&old).await && !works(&new).await);
    for bad in ["", "{}", r#"{"keys": []}"#, r#"{"keys": [{"kty": "oct", "k": "AA"}]}"#] {
        let status: Status = jwt.set_jwks(bad).expect_err("no keys");
        assert_eq!(status.code(), Code::InvalidArgument, "{bad}");
    }
    assert!(works(&old).await);
    jwt.set_jwks(&jwks(other, "2")).expect("keys");
    assert!(!works(&old).await && works(&new).await);
    assert_eq!(Jwt::from_secret(b"short").expect_err("too short").code(), Code::InvalidArgument);
}

/// Base64 for URLs, without padding (RFC 7515, section 2).
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digit = |bits: u32| char::from(DIGITS[usize::try_from(bits & 63).expect("small")]);
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().chain([0, 0].iter()).take(3).fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        let digits = [digit(bits >> 18), digit(bits >> 12), digit(bits >> 6), digit(bits)];
        text.extend(&digits[..=chunk.len()]);
    }
    text
}
