//! Several messages in one call of their handler. A part is a line here, and `unreadable` cannot be read.

use super::*;
use polywire_codegen::transport::amqp::{Batch, Load};

/// Reads one message of a batch.
pub(super) fn part(_: &Context, input: &Input) -> Result<BytesMut> {
    let Input::Encoded(_, bytes) = input else { panic!("not from a broker") };
    if bytes.starts_with(b"unreadable") {
        return Err(Status::invalid_argument("unreadable"));
    }
    Ok(BytesMut::from(&[&bytes[..], b"\n"].concat()[..]))
}

fn batched(world: World, max: u16, wait_ms: u64) -> World {
    let retry = Retry { limit: 1, jitter: false, ..Retry::DEFAULT };
    let batch = Some(Batch { max, wait_ms });
    // One after the other, so that a test knows which messages meet.
    let load = Load { concurrency: Some(1), ..Load::DEFAULT };
    let plan = Plan { batch, retry, load, ..plan(Kind::Task) };
    world.with_methods(&[("Batch", Shape::Unary, plan, Idempotency::Unknown)])
}

/// A server whose consumer has left the lane of a new connection: its first message ran by itself.
async fn serve(world: &World) -> (Served, Client) {
    let served = world.serve().await;
    let client = world.client().await;
    client.call("Batch", "first").await.unwrap();
    world.saw(1).await;
    (served, client)
}

async fn lines(world: &World, calls: usize) -> Vec<Vec<String>> {
    let seen = world.saw(calls).await;
    seen.iter().map(|seen| seen.body.lines().map(str::to_owned).collect()).collect()
}

pub(super) async fn messages_are_joined_for_one_call(world: World) {
    let world = batched(world, 3, 200);
    let (served, client) = serve(&world).await;
    for body in ["1", "2", "3", "4"] {
        client.call("Batch", body).await.unwrap();
    }
    // A full batch runs at once, the rest when its time has come.
    assert_eq!(lines(&world, 3).await[1..], [vec!["1", "2", "3"], vec!["4"]]);
    served.stop().await;
    assert_eq!(world.left(&world.queue("Batch")).await, 0);
}

pub(super) async fn what_cannot_be_read_harms_no_other(world: World) {
    let world = batched(world, 3, 60_000);
    let (served, client) = serve(&world).await;
    for body in ["1", "unreadable", "3"] {
        client.call("Batch", body).await.unwrap();
    }
    assert_eq!(lines(&world, 2).await[1], ["1", "3"]);
    let (letter, body) = world.take(&format!("{}.dlq", world.queue("Batch"))).await;
    assert_eq!((&*text(&letter, wire::REASON), &*body), ("invalid_argument: unreadable", &b"unreadable"[..]));
    served.stop().await;
    assert_eq!(world.left(&world.queue("Batch")).await, 0);
}

pub(super) async fn one_that_fails_for_good_dies_alone(world: World) {
    let world = batched(world, 3, 60_000);
    let (served, client) = serve(&world).await;
    // The joined call is refused, because the first line says so. Then each message runs alone.
    for body in ["fail not_found", "2", "3"] {
        client.call("Batch", body).await.unwrap();
    }
    let (letter, body) = world.take(&format!("{}.dlq", world.queue("Batch"))).await;
    assert_eq!((&*text(&letter, "grpc-status"), &*body), ("5", &b"fail not_found"[..]));
    let calls = lines(&world, 5).await;
    assert_eq!(calls[1], ["fail not_found", "2", "3"]);
    assert_eq!(calls[2..], [vec!["fail not_found"], vec!["2"], vec!["3"]]);
    served.stop().await;
    assert_eq!(world.left(&world.queue("Batch")).await, 0);
}

pub(super) async fn a_batch_that_may_pass_is_tried_again(world: World) {
    let world = batched(world, 2, 60_000);
    let (served, client) = serve(&world).await;
    for _ in 0..2 {
        client.call("Batch", "fail unavailable").await.unwrap();
    }
    // Both come again by their own retries, and fail together again. Then each has its last attempt alone.
    for _ in 0..2 {
        let (letter, body) = world.take(&format!("{}.dlq", world.queue("Batch"))).await;
        assert_eq!((&letter.headers[wire::ATTEMPT], &*body), (&Value::Int(2), &b"fail unavailable"[..]));
    }
    let seen = world.saw(5).await;
    assert_eq!(seen[1..].iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2, 2, 2]);
    served.stop().await;
    assert_eq!(world.left(&world.queue("Batch")).await, 0);
}

pub(super) async fn a_drain_gives_back_what_waits_for_others(world: World) {
    let world = batched(world, 3, 60_000);
    let (served, client) = serve(&world).await;
    for body in ["1", "2"] {
        client.call("Batch", body).await.unwrap();
    }
    let link = world.broker().open(Role::Consume).await.unwrap();
    timeout(PATIENCE, async {
        while link.depth(&world.queue("Batch")).await.unwrap() != Some(0) {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("both are taken");
    link.close().await;
    served.stop().await;
    assert_eq!(world.saw(1).await.len(), 1);
    assert_eq!(world.left(&world.queue("Batch")).await, 2);
}
