//! The inbox in a table: mark and effect are one.

use super::{Effects, PATIENCE, Store, on_both};
use polywire::{Code, Inbox, MessageKey, SqlInbox, Status};
use std::time::Duration;
use tokio::time::timeout;

fn key(id: i64) -> MessageKey {
    MessageKey::new("charges", id.to_string()).expect("sound")
}

async fn inbox<DB: Effects>(store: &Store<DB>) -> SqlInbox<DB> {
    let inbox = SqlInbox::new(store.pool.clone());
    inbox.migrate().await.expect("migrates");
    inbox
}

/// Handles a message as a handler does. Returns whether it did something.
async fn handle<DB: Effects>(inbox: &SqlInbox<DB>, id: i64) -> bool {
    let Some(mut transaction) = inbox.begin_as(key(id)).await.expect("begins") else { return false };
    DB::add(&mut transaction, id).await;
    inbox.commit(transaction).await.expect("commits");
    true
}

async fn a_handled_message_is_not_handled_again<DB: Effects>(store: Store<DB>) {
    let inbox = inbox(&store).await;
    assert!(handle(&inbox, 1).await && handle(&inbox, 2).await);
    assert!(!handle(&inbox, 1).await && !handle(&inbox, 2).await);
    let elsewhere = MessageKey::new("another", "1").expect("sound");
    assert!(inbox.begin_as(elsewhere).await.expect("begins").is_some(), "each queue has its own");
    assert_eq!(DB::all(&store.pool).await, [1, 2]);
}

async fn what_is_not_committed_leaves_no_mark_and_no_effect<DB: Effects>(store: Store<DB>) {
    let inbox = inbox(&store).await;
    let mut transaction = inbox.begin_as(key(1)).await.expect("begins").expect("new");
    DB::add(&mut transaction, 1).await;
    drop(transaction);
    assert!(handle(&inbox, 1).await, "it was not handled");
    assert_eq!(DB::all(&store.pool).await, [1]);
}

async fn of_two_deliveries_at_once_one_is_handled<DB: Effects>(store: Store<DB>) {
    let inbox = inbox(&store).await;
    let first = inbox.begin_as(key(1)).await.expect("begins").expect("new");
    let others: Vec<_> = (0..4)
        .map(|_| {
            let inbox = inbox.clone();
            tokio::spawn(async move { handle(&inbox, 1).await })
        })
        .collect();
    let mut first = first;
    DB::add(&mut first, 1).await;
    inbox.commit(first).await.expect("commits");
    for other in others {
        let again = timeout(PATIENCE, other).await.expect("it ends").expect("no panic");
        assert!(!again, "a second delivery was handled");
    }
    assert_eq!(DB::all(&store.pool).await, [1]);
}

async fn a_second_delivery_is_handled_when_the_first_fails<DB: Effects>(store: Store<DB>) {
    let inbox = inbox(&store).await;
    let first = inbox.begin_as(key(1)).await.expect("begins").expect("new");
    let second = tokio::spawn({
        let inbox = inbox.clone();
        async move { handle(&inbox, 1).await }
    });
    first.rollback().await.expect("rolls back");
    assert!(timeout(PATIENCE, second).await.expect("it ends").expect("no panic"));
    assert_eq!(DB::all(&store.pool).await, [1]);
}

async fn a_sweep_forgets_what_is_old<DB: Effects>(store: Store<DB>) {
    let inbox = inbox(&store).await;
    assert!(handle(&inbox, 1).await && handle(&inbox, 2).await);
    DB::run(
        &store.pool,
        "UPDATE polywire_inbox SET handled_at = handled_at - 3600000 WHERE message_id = '1'",
    )
    .await;
    assert_eq!(inbox.sweep(Duration::from_secs(3601)).await.expect("sweeps"), 0);
    assert_eq!(inbox.sweep(Duration::from_secs(3500)).await.expect("sweeps"), 1);
    assert!(!handle(&inbox, 2).await);
    assert!(handle(&inbox, 1).await, "it is forgotten");
}

async fn migrations_may_run_again_and_at_once<DB: Effects>(store: Store<DB>) {
    let runs = (0..4).map(|_| {
        let inbox = SqlInbox::new(store.pool.clone());
        tokio::spawn(async move { inbox.migrate().await })
    });
    for run in runs.collect::<Vec<_>>() {
        timeout(PATIENCE, run).await.expect("it ends").expect("no panic").expect("migrates");
    }
    inbox(&store).await;
}

async fn a_failure_of_the_database_is_a_status_that_hides_its_text<DB: Effects>(store: Store<DB>) {
    let without_table = SqlInbox::new(store.pool.clone());
    let status = without_table.begin_as(key(1)).await.map(drop).expect_err("no table");
    assert_eq!(status.code(), Code::Internal);
    assert!(!status.message().contains("polywire_inbox"), "{status}");
    let source = std::error::Error::source(&status).expect("its reason").to_string();
    assert!(source.contains("polywire_inbox"), "{source}");
    store.pool.close().await;
    let status: Status = without_table.begin_as(key(1)).await.map(drop).expect_err("closed");
    assert_eq!(status.code(), Code::Unavailable);
}

on_both! {
    a_handled_message_is_not_handled_again
    what_is_not_committed_leaves_no_mark_and_no_effect
    of_two_deliveries_at_once_one_is_handled
    a_second_delivery_is_handled_when_the_first_fails
    a_sweep_forgets_what_is_old
    migrations_may_run_again_and_at_once
    a_failure_of_the_database_is_a_status_that_hides_its_text
}
