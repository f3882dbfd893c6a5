//! Messages recorded in a transaction, and messages refused.

use super::Shop as _;
use super::{Effects, ShopClient, Store, on_both};
use polywire::{Caller, Code, Context, Metadata, Result, SqlOutbox};

async fn outbox<DB: Effects>(store: &Store<DB>) -> SqlOutbox<DB> {
    let outbox = SqlOutbox::new(store.pool.clone());
    outbox.migrate().await.expect("migrates");
    outbox
}

async fn ship(caller: Caller, order_id: i64) -> Result<()> {
    ShopClient::from_caller(caller).ship(order_id).await
}

async fn a_message_is_recorded_with_the_transaction_or_not_at_all<DB: Effects>(store: Store<DB>) {
    let outbox = outbox(&store).await;
    for (id, commits) in [(1, true), (2, false)] {
        let mut transaction = store.pool.begin_with(DB::BEGIN).await.expect("begins");
        DB::add(&mut transaction, id).await;
        outbox.record(&mut transaction, |caller| ship(caller, id)).await.expect("records");
        if commits {
            transaction.commit().await.expect("commits");
        } else {
            transaction.rollback().await.expect("rolls back");
        }
    }
    assert_eq!(DB::all(&store.pool).await, [1]);
    assert_eq!(outbox.waiting().await.expect("counts"), 1);
}

async fn nothing_is_recorded_when_the_program_fails<DB: Effects>(store: Store<DB>) {
    let outbox = outbox(&store).await;
    let mut transaction = store.pool.begin_with(DB::BEGIN).await.expect("begins");
    let failed = outbox.record(&mut transaction, |caller| async move {
        ship(caller.clone(), 1).await?;
        ShopClient::from_caller(caller).price(1).await
    });
    let status = failed.await.expect_err("it answers");
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert!(status.message().contains("once.v1.Shop/Price cannot be recorded"), "{status}");
    transaction.commit().await.expect("commits");
    assert_eq!(outbox.waiting().await.expect("counts"), 0);
}

async fn an_id_is_recorded_once<DB: Effects>(store: Store<DB>) {
    let outbox = outbox(&store).await;
    let mut key = Metadata::new();
    key.append("idempotency-key", "order-1").expect("sound");
    for _ in 0..2 {
        let mut transaction = store.pool.begin_with(DB::BEGIN).await.expect("begins");
        let cx = Context::new().with_metadata(&key);
        let twice = outbox.record(&mut transaction, |caller| {
            let shop = ShopClient::from_caller(caller);
            cx.scope(async move {
                shop.ordered(1).await?;
                shop.ordered(1).await
            })
        });
        twice.await.expect("records");
        transaction.commit().await.expect("commits");
    }
    assert_eq!(outbox.waiting().await.expect("counts"), 1);
}

on_both! {
    a_message_is_recorded_with_the_transaction_or_not_at_all
    nothing_is_recorded_when_the_program_fails
    an_id_is_recorded_once
}
