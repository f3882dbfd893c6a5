//! Servers that stop, and connections that are lost.

use super::*;

pub(super) async fn a_drain_finishes_what_runs_and_gives_back_the_rest(world: World) {
    let served = world.serve().await;
    let client = world.client().await;
    // More messages than run at a time: some wait here, not started.
    for n in 0..92 {
        client.call("Work", &format!("wait {n}")).await.unwrap();
    }
    world.saw(64).await;
    let mounted = Arc::clone(&served.mounted);
    let stopping = tokio::spawn(served.stop());
    sleep(Duration::from_millis(300)).await;
    assert!(!stopping.is_finished(), "handlers still run");
    // A notification reaches only the tasks that wait now.
    world.gate.notify_waiters();
    stopping.await.unwrap();
    assert!(mounted.draining.is_cancelled());
    assert_eq!(world.saw(64).await.len(), 64, "nothing was started after the signal");
    assert_eq!(world.left(&world.queue("Work")).await, 28);
}

pub(super) async fn a_drain_sends_the_last_replies(world: World) {
    let served = world.serve().await;
    let client = world.client().await;
    let calls = futures_util::future::join_all((0..20).map(|_| client.call("Ask", "wait")));
    let stop = async {
        world.saw(20).await;
        let stopping = tokio::spawn(served.stop());
        sleep(Duration::from_millis(100)).await;
        world.gate.notify_waiters();
        stopping.await.unwrap();
    };
    let (answers, ()) = tokio::join!(calls, stop);
    assert!(answers.iter().all(|answer| answer.as_deref() == Ok("waited")), "{answers:?}");
}

/// Every message is handled once, though the servers of a full queue stop one after another. The broker loses the
/// acknowledgements of a channel that closes behind many other verdicts.
pub(super) async fn drains_under_load_bring_no_message_twice(world: World) {
    const ALL: usize = 1_500;
    let client = world.client().await;
    futures_util::future::join_all(
        (0..ALL).map(|n| client.call("Work", if n % 3 == 0 { "sleep 2" } else { "sleep 5" })),
    )
    .await;
    let mut seen = 0;
    while seen < ALL {
        let served = world.serve().await;
        world.saw((seen + 70).min(ALL)).await;
        served.stop().await;
        seen = world.seen.lock().unwrap().len();
    }
    let (all, once) = {
        let messages = world.messages.lock().unwrap();
        let ids: std::collections::HashSet<_> = messages.iter().filter_map(|message| message.id()).collect();
        (messages.len(), ids.len())
    };
    assert_eq!((all, once), (ALL, ALL), "{} were handled again", all - once);
    assert_eq!(world.left(&world.queue("Work")).await, 0);
}
