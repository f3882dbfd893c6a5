//! Streams of responses.

use super::*;

pub(super) async fn a_stream_arrives_in_order_and_whole(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let cx = Context::new();
    let items = client.stream(cx.clone(), "1000").await.unwrap();
    let (items, end) = collect(items).await;
    let mut expected: Vec<String> = (0..1_000).map(|n: usize| n.to_string()).collect();
    expected[0].clear();
    assert_eq!((items, end), (expected, None));
    assert_eq!(cx.headers().get("early"), Some("1"));
    assert_eq!(cx.trailers().get("late"), Some("2"));
    let (none, end) = collect(client.stream(Context::new(), "0").await.unwrap()).await;
    assert_eq!((none.len(), end), (0, None));
}

pub(super) async fn a_stream_fails_before_or_after_its_items(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let (items, end) = collect(client.stream(Context::new(), "3!").await.unwrap()).await;
    assert_eq!((items.len(), end), (3, Some(Status::data_loss("broke"))));
    let refused = client.stream(Context::new(), "fail aborted").await.err().unwrap();
    assert_eq!(refused, Status::aborted("as told"));
}

pub(super) async fn a_stream_that_is_not_read_is_held_back(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let mut items = client.stream(Context::new(), "100000").await.unwrap();
    items.next().await.unwrap().unwrap();
    sleep(Duration::from_millis(500)).await;
    let pulled = world.seen.lock().unwrap().len();
    assert!(pulled <= 200, "{pulled} items were pulled for a reader of one");
    drop(items);
    timeout(PATIENCE, async {
        while world.dropped.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the stream was dropped");
}
