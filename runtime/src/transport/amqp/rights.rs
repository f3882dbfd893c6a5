//! Tests against RabbitMQ of users with few rights, and of those who may not log in.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::behaviour::{PATIENCE, World};
use crate::call::limits::Limits;
use crate::call::status::Code;
use crate::channel::{Declare, Endpoint};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tokio::time::{sleep, timeout};

fn url() -> String {
    std::env::var("AMQP_URL").expect(
        "AMQP_URL is not set; run `scripts/test`, or `scripts/rabbitmq start` and export what it prints",
    )
}

/// Asks the test's broker as its administrator.
fn ctl(arguments: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/rabbitmq");
    let ran = Command::new(script).arg("ctl").args(arguments).output().unwrap();
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// A user with these rights, deleted in the end.
struct User(String);

impl User {
    fn new(configure: &str, write: &str, read: &str) -> Self {
        let name = format!("user-{}", uuid::Uuid::now_v7().simple());
        ctl(&["add_user", &name, "secret"]);
        ctl(&["set_permissions", "-p", "/", &name, configure, write, read]);
        Self(name)
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint::new(url().replace("amqp://", &format!("amqp://{}:secret@", self.0)))
    }
}

impl Drop for User {
    fn drop(&mut self) {
        ctl(&["delete_user", &self.0]);
    }
}

#[tokio::test]
async fn a_server_without_the_right_to_configure_uses_what_is_there() {
    let user = User::new("^$", ".*", ".*");
    let mut world = World::rabbit();
    world.serve().await.stop().await;
    for (count, declare) in [(1, Declare::All), (2, Declare::Passive), (3, Declare::None)] {
        world.endpoint = user.endpoint().declare(declare);
        let served = world.serve().await;
        let client = world.client().await;
        client.call("Work", "\"x\"").await.unwrap();
        client.call("Told", "\"x\"").await.unwrap();
        assert_eq!(client.call("Ask", "\"x\"").await.as_deref(), Ok("\"x\""), "{declare:?}");
        world.saw(3 * count).await;
        served.stop().await;
    }
}

#[tokio::test]
async fn a_server_names_the_right_that_it_lacks() {
    let user = User::new("^$", ".*", ".*");
    let mut world = World::rabbit();
    for (declare, why) in [
        (Declare::All, "403 ACCESS_REFUSED"),
        (Declare::Passive, "`declare` is passive"),
        (Declare::None, "404"),
    ] {
        world.endpoint = user.endpoint().declare(declare);
        let served = world.start("group", Limits::default());
        timeout(PATIENCE, async {
            while !served.mounted.health.degraded().is_some_and(|told| told.contains(why)) {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("{declare:?}: {:?}", served.mounted.health.degraded()));
        served.stop().await;
    }
}

#[tokio::test]
async fn a_publisher_needs_no_rights_to_queues() {
    let mut world = World::rabbit();
    let _served = world.serve().await;
    let user = User::new("^$", &format!("^{}", world.service), "^$");
    world.endpoint = user.endpoint();
    let client = world.client().await;
    client.call("Work", "\"1\"").await.unwrap();
    client.call("Told", "\"2\"").await.unwrap();
    world.saw(2).await;
    let stranger = User::new("^$", "^$", "^$");
    world.endpoint = stranger.endpoint();
    let refused = world.client().await.call("Work", "\"3\"").await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "{refused}");
    assert!(refused.message().contains("403") && refused.message().contains(&world.service), "{refused}");
}

#[tokio::test]
async fn who_may_not_log_in_is_told_why_and_is_not_ready() {
    for (address, why) in [
        (url().replace("amqp://", "amqp://guest:wrong@"), "ACCESS_REFUSED"),
        (format!("{}/nowhere", url()), "vhost nowhere not found"),
    ] {
        let mut world = World::rabbit();
        world.endpoint = Endpoint::new(address);
        let served = world.start("group", Limits::default());
        timeout(PATIENCE, async {
            while !served.mounted.health.degraded().is_some_and(|told| told.contains(why)) {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("{why}: {:?}", served.mounted.health.degraded()));
        served.stop().await;
    }
}

#[tokio::test]
async fn the_next_node_answers_for_one_that_is_away() {
    let host = url().split("://").nth(1).unwrap().to_owned();
    for endpoint in [
        Endpoint::new(format!("amqp://127.0.0.1:9,{host}")),
        Endpoint::new("amqp://localhost").addresses(["127.0.0.1:9".to_owned(), host.clone()]),
        Endpoint::new("amqp://localhost")
            .addresses(["127.0.0.1:9".to_owned(), host.clone()])
            .balance(crate::channel::Balance::RoundRobin),
    ] {
        let mut world = World::rabbit();
        world.endpoint = endpoint;
        world.client().await.call("Work", "\"1\"").await.unwrap();
        assert_eq!(world.take(&world.queue("Work")).await.1, "\"1\"");
    }
}
