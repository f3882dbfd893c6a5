//! Tests of `amqps://` against RabbitMQ: trusted brokers, client certificates, and the errors when either
//! fails.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::broker::{Broker, Fault, Role};
use super::rabbit::Rabbit;
use crate::{ClientTls, Endpoint};
use std::path::PathBuf;
use std::sync::Arc;

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set; run `scripts/test`, or `scripts/rabbitmq start` and export what it prints")
    })
}

fn url() -> String {
    variable("AMQPS_URL")
}

fn pem(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(variable("RABBITMQ_TLS")).join(name)).unwrap()
}

/// Trusts the authority of the test's broker.
fn trusting() -> ClientTls {
    ClientTls::with_roots(&pem("ca.pem")).unwrap()
}

/// Shows the certificate of the user `guest`.
fn known() -> ClientTls {
    trusting().identity(&pem("client.pem"), &pem("client.key")).unwrap()
}

/// An address without name and password, where the certificate alone names the user.
pub(super) fn external() -> Endpoint {
    Endpoint::new(format!("{}?auth_mechanism=external", url())).tls(known())
}

pub(super) fn broker() -> Arc<dyn Broker> {
    Arc::new(Rabbit::new(&Endpoint::new(url()).tls(trusting())).unwrap())
}

async fn open(endpoint: Endpoint) -> Result<(), Fault> {
    Rabbit::new(&endpoint).unwrap().open(Role::Publish).await.map(drop)
}

/// The address with another user, who has no password here.
fn nobody(query: &str) -> String {
    format!("{}{query}", url().replace("amqps://", "amqps://nobody:wrong@"))
}

#[tokio::test]
async fn a_broker_is_trusted_for_its_authority_and_its_name() {
    assert_eq!(open(Endpoint::new(url()).tls(trusting())).await, Ok(()));
    let by_address = Endpoint::new(url().replace("localhost", "127.0.0.1"));
    let named = trusting().server_name("localhost").unwrap();
    assert_eq!(open(by_address.clone().tls(named)).await, Ok(()));
    for (endpoint, why) in [
        (Endpoint::new(url()), "invalid peer certificate: UnknownIssuer"),
        (
            Endpoint::new(url()).tls(ClientTls::with_roots(&pem("client.pem")).unwrap()),
            "invalid peer certificate",
        ),
        (by_address.tls(trusting()), "not valid for"),
        (Endpoint::new(url()).tls(trusting().server_name("books.internal").unwrap()), "not valid for"),
    ] {
        let Err(Fault::Lost(text)) = open(endpoint).await else { panic!("{why}") };
        assert!(text.contains("cannot speak TLS with ") && text.contains(why), "{text}");
    }
}

#[tokio::test]
async fn a_certificate_is_a_user_when_the_address_asks_for_external() {
    // The certificate decides, whatever user the address names.
    let endpoint = Endpoint::new(nobody("?auth_mechanism=external")).tls(known());
    assert_eq!(open(endpoint).await, Ok(()));
    // A certificate alone names no user. The address names the user, and the default is guest.
    assert_eq!(open(Endpoint::new(url()).tls(known())).await, Ok(()));
    for refused in [
        Endpoint::new(nobody("")).tls(known()),
        Endpoint::new(format!("{}?auth_mechanism=external", url())).tls(trusting()),
    ] {
        let refusal = open(refused).await.expect_err("not let in").to_string();
        assert!(refusal.contains("403") && refusal.contains("ACCESS_REFUSED"), "{refusal}");
    }
}

#[tokio::test]
async fn the_wrong_port_ends_in_an_error() {
    let plain = variable("AMQP_URL").replace("amqp://127.0.0.1", "amqps://localhost");
    let Err(Fault::Lost(text)) = open(Endpoint::new(plain).tls(trusting())).await else {
        panic!("no TLS there")
    };
    assert!(text.contains("cannot speak TLS with "), "{text}");
    let in_the_clear = url().replace("amqps://", "amqp://");
    assert!(matches!(open(Endpoint::new(in_the_clear)).await, Err(Fault::Lost(_))));
}

#[tokio::test]
async fn a_certificate_without_its_key_is_refused_before_anybody_is_asked() {
    let other = ClientTls::default().identity(&pem("client.pem"), &pem("server.key")).unwrap();
    let refused = Rabbit::new(&Endpoint::new(url()).tls(other)).unwrap_err();
    assert!(refused.message().contains("the client's certificate cannot be used"), "{refused}");
}
