//! The statements on the outbox's rows, and on the lease of its relay.
//!
//! A row is due when its time has come and no earlier row of its key is held back. A row that was set aside holds its
//! key back until a person decides.

use super::recorder::Recorded;
use crate::call::input::Codec;
use crate::call::status::{Result, Status};
use crate::once::sql::{self, Argument, Row, Sql, Statement, execute, failed, rows};
use sqlx::Pool;
use std::time::Duration;

/// The key of messages that are published in order.
pub(in crate::once) type Key<'a> = Option<&'a str>;

/// The columns of [`Row`], in its order.
macro_rules! columns {
    () => {
        "sequence, message_id, method, codec, metadata, body, ordering_key, steer, recorded_at, attempts, failure"
    };
}

const RECORD: Statement = Statement {
    name: "record",
    text: "INSERT INTO polywire_outbox (message_id, method, codec, metadata, body, ordering_key, steer, recorded_at, \
           due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NOW, 0) ON CONFLICT DO NOTHING",
};

/// Takes the lease when it is free, its holder's own, or over.
const LEASE: Statement = Statement {
    name: "lease",
    text: "INSERT INTO polywire_outbox_lease (name, owner, expires_at) VALUES ('relay', $1, NOW + $2) \
           ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at \
           WHERE polywire_outbox_lease.owner = excluded.owner OR polywire_outbox_lease.expires_at <= NOW",
};

const RELEASE: Statement =
    Statement { name: "release", text: "DELETE FROM polywire_outbox_lease WHERE owner = $1" };

const DUE: Statement = Statement {
    name: "due",
    text: concat!(
        "SELECT ",
        columns!(),
        " FROM polywire_outbox AS own WHERE set_aside = 0 AND due_at <= NOW AND NOT EXISTS (\
         SELECT 1 FROM polywire_outbox AS earlier WHERE earlier.ordering_key = own.ordering_key \
         AND earlier.sequence < own.sequence AND (earlier.set_aside = 1 OR earlier.due_at > NOW)) \
         ORDER BY sequence LIMIT $1"
    ),
};

const PUBLISHED: Statement =
    Statement { name: "published", text: "DELETE FROM polywire_outbox WHERE sequence = $1" };

const POSTPONE: Statement = Statement {
    name: "postpone",
    text: "UPDATE polywire_outbox SET attempts = attempts + 1, due_at = NOW + $2, failure = $3 WHERE sequence = $1",
};

const GIVE_UP: Statement = Statement {
    name: "give up",
    text: "UPDATE polywire_outbox SET attempts = attempts + 1, set_aside = 1, failure = $2 WHERE sequence = $1",
};

const ASIDE: Statement = Statement {
    name: "aside",
    text: concat!(
        "SELECT ",
        columns!(),
        " FROM polywire_outbox WHERE set_aside = 1 ORDER BY sequence LIMIT 1000"
    ),
};

const RETRY: Statement = Statement {
    name: "retry",
    text: "UPDATE polywire_outbox SET set_aside = 0, due_at = 0, attempts = 0 WHERE message_id = $1 AND set_aside = 1",
};

const DISCARD: Statement = Statement {
    name: "discard",
    text: "DELETE FROM polywire_outbox WHERE message_id = $1 AND set_aside = 1",
};

const WAITING: &str = "SELECT count(*) FROM polywire_outbox WHERE set_aside = 0";

/// Writes a message. Without a key of its own, a message of an ordered method has that of its service and its value:
/// methods of a service may share a queue.
pub(super) async fn record<DB: Sql>(
    connection: &mut DB::Connection,
    key: Key<'_>,
    message: &Recorded,
) -> Result<()> {
    let steered = message.steer.as_ref().map(|steer| format!("{} {steer}", message.service));
    let arguments = [
        Argument::Text(&message.message_id),
        Argument::Text(message.method),
        Argument::Text(codec_name(message.codec)),
        Argument::Text(&message.metadata),
        Argument::Bytes(&message.body),
        Argument::OptionalText(key.or(steered.as_deref())),
        Argument::OptionalText(message.steer.as_deref()),
    ];
    execute::<DB>(connection, &RECORD, &arguments).await.map(drop)
}

fn codec_name(codec: Codec) -> &'static str {
    match codec {
        Codec::Proto => "proto",
        Codec::Json => "json",
    }
}

/// The codec of a row.
pub(in crate::once) fn codec(row: &Row) -> Result<Codec> {
    let found = [Codec::Proto, Codec::Json].into_iter().find(|codec| codec_name(*codec) == row.codec);
    found.ok_or_else(|| Status::invalid_argument(format!("its row has the unknown codec `{}`", row.codec)))
}

/// Takes or renews the lease. Returns whether `owner` has it now.
pub(in crate::once) async fn lease<DB: Sql>(pool: &Pool<DB>, owner: &str, time: Duration) -> Result<bool> {
    let arguments = [Argument::Text(owner), Argument::Int(millis(time))];
    change(pool, &LEASE, &arguments).await.map(|changed| changed == 1)
}

pub(in crate::once) async fn release<DB: Sql>(pool: &Pool<DB>, owner: &str) -> Result<()> {
    change(pool, &RELEASE, &[Argument::Text(owner)]).await.map(drop)
}

/// The rows to publish now, the oldest first. Rows of one key are in their order, and none of them is missing between.
pub(in crate::once) async fn due<DB: Sql>(pool: &Pool<DB>, most: i64) -> Result<Vec<Row>> {
    let mut connection = pool.acquire().await.map_err(failed)?;
    rows::<DB>(&mut connection, &DUE, &[Argument::Int(most)]).await
}

/// The end of one attempt to publish a row.
#[derive(Debug)]
pub(in crate::once) enum Fate {
    Published,
    Postponed(Duration, String),
    SetAside(String),
}

/// Notes the fates of rows, all in one transaction.
pub(in crate::once) async fn note<DB: Sql>(pool: &Pool<DB>, fates: &[(i64, Fate)]) -> Result<()> {
    let mut transaction = sql::begin(pool).await?;
    for (sequence, fate) in fates {
        let row = Argument::Int(*sequence);
        let connection = &mut *transaction;
        match fate {
            Fate::Published => execute::<DB>(connection, &PUBLISHED, &[row]).await?,
            Fate::Postponed(time, why) => {
                execute::<DB>(
                    connection,
                    &POSTPONE,
                    &[row, Argument::Int(millis(*time)), Argument::Text(why)],
                )
                .await?
            }
            Fate::SetAside(why) => execute::<DB>(connection, &GIVE_UP, &[row, Argument::Text(why)]).await?,
        };
    }
    sql::commit(transaction, &PUBLISHED).await
}

pub(super) async fn waiting<DB: Sql>(pool: &Pool<DB>) -> Result<u64> {
    let mut connection = pool.acquire().await.map_err(failed)?;
    DB::number(&mut connection, WAITING).await.map(i64::unsigned_abs).map_err(failed)
}

pub(super) async fn set_aside<DB: Sql>(pool: &Pool<DB>) -> Result<Vec<Row>> {
    let mut connection = pool.acquire().await.map_err(failed)?;
    rows::<DB>(&mut connection, &ASIDE, &[]).await
}

pub(super) async fn retry<DB: Sql>(pool: &Pool<DB>, message_id: &str) -> Result<bool> {
    change(pool, &RETRY, &[Argument::Text(message_id)]).await.map(|changed| changed > 0)
}

pub(super) async fn discard<DB: Sql>(pool: &Pool<DB>, message_id: &str) -> Result<bool> {
    change(pool, &DISCARD, &[Argument::Text(message_id)]).await.map(|changed| changed > 0)
}

/// Runs one statement in a transaction of its own.
async fn change<DB: Sql>(pool: &Pool<DB>, statement: &Statement, arguments: &[Argument<'_>]) -> Result<u64> {
    let mut transaction = sql::begin(pool).await?;
    let changed = execute::<DB>(&mut transaction, statement, arguments).await?;
    sql::commit(transaction, statement).await?;
    Ok(changed)
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 2)
}
