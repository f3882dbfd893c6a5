//! Events that are consumed by a pattern.

use super::*;

fn patterned(world: World) -> World {
    let of = |key: Option<&'static str>| Plan {
        routing_key: Some("order.*".into()),
        key: key.map(Into::into),
        ..plan(Kind::Event)
    };
    world.with_methods(&[
        ("Changed", Shape::Unary, of(Some("status")), Idempotency::Unknown),
        ("Watched", Shape::Unary, of(None), Idempotency::Unknown),
    ])
}

async fn publish(client: &Client, key: &str) -> Result<String> {
    client.call_in(Context::new().with_steer(key.to_owned()), "Changed", &format!("\"{key}\"")).await
}

pub(super) async fn a_pattern_takes_what_matches_alone(world: World) {
    let world = patterned(world);
    let _served = world.serve().await;
    let client = world.client().await;
    let exchange = format!("{}.events", world.service);
    world.publish(&exchange, "order.lost", Properties::default(), "\"a stranger\"").await;
    publish(&client, "order.paid").await.unwrap();
    // Both methods consume by the pattern, each from a queue of its own.
    let mut seen: Vec<_> = world.saw(4).await.into_iter().map(|seen| (seen.method, seen.body)).collect();
    seen.sort();
    let expected =
        ["Changed", "Watched"].map(|method| [(method, "\"a stranger\""), (method, "\"order.paid\"")]);
    let expected = expected.concat().into_iter().map(|(method, body)| (method, body.to_owned()));
    assert_eq!(seen, expected.collect::<Vec<_>>());
}

pub(super) async fn nothing_is_published_under_a_pattern(world: World) {
    let world = patterned(world);
    let client = world.client().await;
    for key in ["invoice.paid", "order", "order.paid.late", ""] {
        let refused = publish(&client, key).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().contains("`order.*`"), "{refused}");
    }
    let refused = client.call("Watched", "\"x\"").await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("`key = \"…\"`"), "{refused}");
}
