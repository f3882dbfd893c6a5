//! The server under test of Connect's conformance runner: reads its configuration, prints its address,
//! serves.

mod service;
mod wire;

use polywire::{ClientAuth, Compression, Limits, Server, ServerTls};
use polywire_conformance::pipe;
use polywire_conformance::suite::{
    ConformanceServiceServer, ServerCompatRequest, ServerCompatResponse, TLSCreds,
};
use std::error::Error;
use std::io;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let asked: ServerCompatRequest =
        pipe::read(&mut io::stdin().lock())?.ok_or("standard input must say what to serve")?;
    polywire_conformance::register();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let mut server = Server::new()
        .service(ConformanceServiceServer::new(service::Conformance))
        .limits(limits(&asked))
        .compression(Compression::ALL)
        .listener(listener);
    if let Some(credentials) = asked.server_creds.as_ref().filter(|_| asked.use_tls) {
        server = server.tls(tls(credentials, &asked.client_tls_cert)?);
    }
    let pem_cert = asked.server_creds.filter(|_| asked.use_tls).map(|creds| creds.cert).unwrap_or_default();
    let answer = ServerCompatResponse { host: at.ip().to_string(), port: at.port().into(), pem_cert };
    pipe::write(&mut io::stdout().lock(), &answer)?;
    Ok(server.serve().await?)
}

fn tls(credentials: &TLSCreds, clients: &[u8]) -> polywire::Result<ServerTls> {
    let tls = ServerTls::new(&credentials.cert, &credentials.key)?;
    if clients.is_empty() { Ok(tls) } else { tls.client_roots(clients, ClientAuth::Required) }
}

fn limits(asked: &ServerCompatRequest) -> Limits {
    let mut limits = Limits::default();
    if asked.message_receive_limit > 0 {
        limits.message_size = asked.message_receive_limit as usize;
    }
    limits
}
