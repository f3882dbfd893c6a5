//! The client that a case asks for, as options of an endpoint.

use polywire::{ClientTls, Compression, Endpoint, HttpVersion, Protocol, Result, Status};
use polywire_conformance::suite::{self, ClientCompatRequest};

pub(crate) fn of(asked: &ClientCompatRequest) -> Result<Endpoint> {
    let scheme = if asked.server_tls_cert.is_empty() { "http" } else { "https" };
    let host = if asked.host.contains(':') { format!("[{}]", asked.host) } else { asked.host.clone() };
    let mut endpoint = Endpoint::new(format!("{scheme}://{host}:{}", asked.port))
        .protocol(protocol(asked.protocol)?)
        .http_version(version(asked.http_version)?)
        .codec(codec(asked.codec)?)
        .compression(compression(asked.compression)?)
        .connect_get(asked.use_get_http_method)
        .lazy(true);
    if !asked.server_tls_cert.is_empty() {
        let mut tls = ClientTls::with_roots(&asked.server_tls_cert)?;
        if let Some(own) = &asked.client_tls_creds {
            tls = tls.identity(&own.cert, &own.key)?;
        }
        endpoint = endpoint.tls(tls);
    }
    if asked.message_receive_limit > 0 {
        endpoint = endpoint.message_size(asked.message_receive_limit as usize);
    }
    Ok(endpoint)
}

fn protocol(protocol: suite::Protocol) -> Result<Protocol> {
    match protocol {
        suite::Protocol::Connect => Ok(Protocol::Connect),
        suite::Protocol::Grpc => Ok(Protocol::Grpc),
        suite::Protocol::GrpcWeb => Ok(Protocol::GrpcWeb),
        other => unknown(other),
    }
}

fn version(version: suite::HTTPVersion) -> Result<HttpVersion> {
    match version {
        suite::HTTPVersion::HttpVersion1 => Ok(HttpVersion::Http1),
        suite::HTTPVersion::HttpVersion2 => Ok(HttpVersion::Http2),
        other => unknown(other),
    }
}

fn codec(codec: suite::Codec) -> Result<polywire::Codec> {
    match codec {
        suite::Codec::Proto => Ok(polywire::Codec::Proto),
        suite::Codec::Json => Ok(polywire::Codec::Json),
        other => unknown(other),
    }
}

fn compression(compression: suite::Compression) -> Result<Option<Compression>> {
    Ok(match compression {
        suite::Compression::Unspecified | suite::Compression::Identity => None,
        suite::Compression::Gzip => Some(Compression::Gzip),
        suite::Compression::Br => Some(Compression::Brotli),
        suite::Compression::Zstd => Some(Compression::Zstd),
        suite::Compression::Deflate => Some(Compression::Deflate),
        suite::Compression::Snappy => Some(Compression::Snappy),
        other => return unknown(other),
    })
}

fn unknown<T>(what: impl std::fmt::Debug) -> Result<T> {
    Err(Status::invalid_argument(format!("no client has {what:?}")))
}
