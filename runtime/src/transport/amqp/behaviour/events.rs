//! Events and their consumer groups.

use super::*;

pub(super) async fn every_group_gets_each_event_once(world: World) {
    let client = world.client().await;
    assert_eq!(client.call("Told", "\"nobody listens\"").await.as_deref(), Ok("{}"));
    let required = client.call("Heard", "\"nobody listens\"").await.unwrap_err();
    assert_eq!(required.code(), Code::Unavailable, "{required}");
    assert!(required.message().contains("312"), "{required}");
    let billing = world.serve_with("billing", Limits::default()).await;
    let mailing = world.serve_with("mailing", Limits::default()).await;
    let twin = world.serve_with("mailing", Limits::default()).await;
    for n in 0..20 {
        client.call("Told", &format!("\"{n}\"")).await.unwrap();
    }
    assert_eq!(world.saw(40).await.len(), 40);
    for served in [billing, mailing, twin] {
        served.stop().await;
    }
    assert_eq!(world.saw(40).await.len(), 40);
}
