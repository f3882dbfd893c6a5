-- The messages that are to be published. polywire's `SqlOutbox` writes a row in the caller's transaction; its relay
-- publishes the message and deletes the row.
CREATE TABLE IF NOT EXISTS polywire_outbox (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    -- The full name, such as `pay.v1.Payments/Charge`.
    method TEXT NOT NULL,
    -- `proto` or `json`.
    codec TEXT NOT NULL,
    -- A JSON array of pairs of name and value.
    metadata TEXT NOT NULL,
    body BYTEA NOT NULL,
    -- Rows of one key are published in the order of `sequence`.
    ordering_key TEXT,
    -- The text of the field that chooses a partition (`ordered_by`).
    steer TEXT,
    -- Times are milliseconds since 1970.
    recorded_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    failure TEXT,
    -- 1 when a person must decide.
    set_aside BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS polywire_outbox_key ON polywire_outbox (ordering_key, sequence)
    WHERE ordering_key IS NOT NULL;
-- The relay that publishes now. There is at most one row.
CREATE TABLE IF NOT EXISTS polywire_outbox_lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
