-- The messages that were handled. polywire's `SqlInbox` writes one row in the transaction of each handler.
CREATE TABLE IF NOT EXISTS polywire_inbox (
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    -- Milliseconds since 1970.
    handled_at BIGINT NOT NULL,
    PRIMARY KEY (queue, message_id)
);
CREATE INDEX IF NOT EXISTS polywire_inbox_handled_at ON polywire_inbox (handled_at);
