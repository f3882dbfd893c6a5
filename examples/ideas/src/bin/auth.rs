//! Who calls? An interceptor reads a bearer token, and handlers read the user from the context.
//!
//! The interceptor runs before every method, on every wire. A call without a valid token is answered
//! `unauthenticated` (401 over HTTP), and the handler never sees it.
//!
//! Run it: `cargo run -p polywire-examples --bin auth`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{BoxFuture, Context, Interceptor, Limits, Metadata, Method, Result, Server, Status, service};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Greets people by their name.
#[service(package = "auth.v1")]
pub trait Greeter {
    /// Greets whoever calls.
    #[http(GET "/greeting")]
    async fn greet(&self, cx: Context) -> Result<String>;
}

struct Desk;

impl Greeter for Desk {
    async fn greet(&self, cx: Context) -> Result<String> {
        // The interceptor below put the user there.
        let user = cx.extension::<User>().ok_or_else(|| Status::internal("no interceptor"))?;
        Ok(format!("Hello, {}", user.0))
    }
}

/// The user that a token belongs to: any type of yours can be an extension of the context.
#[derive(Clone)]
struct User(String);

/// Knows the tokens. A real one asks a database, or checks a signature.
struct Tokens;

impl Interceptor for Tokens {
    fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        Box::pin(async move {
            let header = cx.metadata().get("authorization").unwrap_or_default();
            let user = match header.strip_prefix("Bearer ") {
                Some("sesame") => User("Ada".to_owned()),
                Some(_) => return Err(Status::unauthenticated("this token is not known")),
                None => return Err(Status::unauthenticated("a bearer token is needed")),
            };
            Ok(cx.with_extension(user))
        })
    }
}

/// What a client sends with each call.
fn bearer(token: &str) -> Result<Metadata, Box<dyn std::error::Error>> {
    let mut metadata = Metadata::new();
    metadata.append("authorization", &format!("Bearer {token}"))?;
    Ok(metadata)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new()
        .service(GreeterServer::new(Desk))
        .interceptor(Tokens)
        .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
        .listener(listener)
        .amqp("memory:");
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    for url in [format!("grpc://{address}"), format!("ws://{address}"), "memory:".to_owned()] {
        let stranger = GreeterClient::connect(url.as_str()).await?;
        let guesser = GreeterClient::connect(url.as_str()).await?.with_metadata(bearer("password")?);
        let ada = GreeterClient::connect(url.as_str()).await?.with_metadata(bearer("sesame")?);

        let wire = url.split(':').next().unwrap_or_default();
        for (who, client) in [("no token", stranger), ("wrong token", guesser), ("Ada's token", ada)] {
            match client.greet(Context::new()).await {
                Ok(greeting) => println!("{wire:<7} {who:<12} {greeting}"),
                Err(status) => println!("{wire:<7} {who:<12} {status}"),
            }
        }
    }

    drop(stop);
    Ok(server.await??)
}
