//! TLS: a server with a certificate, and a client that trusts it. The `s` in `grpcs://`, `https://` and `wss://`
//! is all that changes in a URL.
//!
//! The certificate is made here, for `localhost`. A real one comes from an authority, as two PEM files. A client
//! that is told nothing trusts the roots of the web, so it refuses this one.
//!
//! Run it: `cargo run -p polywire-examples --bin tls`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{ClientTls, Context, Endpoint, Limits, Result, Server, ServerTls, service};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Keeps a secret.
#[service(package = "tls.v1")]
pub trait Vault {
    /// Returns the secret, and the wire that it goes out by.
    async fn secret(&self, cx: Context) -> Result<String>;
}

struct Safe;

impl Vault for Safe {
    async fn secret(&self, cx: Context) -> Result<String> {
        Ok(format!("a secret over {}", cx.transport()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let (certificate, key) = (own.cert.pem(), own.signing_key.serialize_pem());

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (stop, stopped) = oneshot::channel::<()>();
    // Keep a copy of `ServerTls` to `reload` a certificate that is renewed.
    let server = Server::new()
        .service(VaultServer::new(Safe))
        .tls(ServerTls::new(certificate.as_bytes(), key.as_bytes())?)
        .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
        .listener(listener);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    let trusting = ClientTls::with_roots(certificate.as_bytes())?;
    for scheme in ["grpcs", "https", "wss"] {
        let url = format!("{scheme}://localhost:{port}");
        let vault = VaultClient::connect(Endpoint::new(url).tls(trusting.clone())).await?;
        println!("{scheme}: {}", vault.secret(Context::new()).await?);
    }

    // Without `tls(…)`, this certificate is a stranger's: "invalid peer certificate: UnknownIssuer".
    match VaultClient::connect(format!("grpcs://localhost:{port}")).await {
        Ok(_) => println!("a client that trusts the web alone: connected"),
        Err(status) => println!("a client that trusts the web alone: {}", status.code()),
    }
    // The name in the URL must be in the certificate; `ClientTls::server_name` says another one.
    let by_address = Endpoint::new(format!("grpcs://127.0.0.1:{port}"));
    match VaultClient::connect(by_address.clone().tls(trusting.clone())).await {
        Ok(_) => println!("by address: connected"),
        Err(status) => println!("by address: {}", status.code()),
    }
    let vault = VaultClient::connect(by_address.tls(trusting.server_name("localhost")?)).await?;
    println!("by address, with the name: {}", vault.secret(Context::new()).await?);

    drop(stop);
    Ok(server.await??)
}
