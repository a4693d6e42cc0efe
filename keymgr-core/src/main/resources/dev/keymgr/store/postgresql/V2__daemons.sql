-- What daemons tell each other and a watcher. None of it decides what is due: that is the keyrings and the clock.

CREATE TABLE heartbeat (
    daemon     TEXT NOT NULL PRIMARY KEY,
    started_at TEXT NOT NULL,
    beat_at    TEXT NOT NULL,
    allowance  TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('WORKS', 'STANDS_BY'))
);

-- At most one row: who may schedule, since when and until when. Milliseconds since 1970, for the database compares them.
CREATE TABLE lease (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    holder     TEXT    NOT NULL,
    taken_at   BIGINT  NOT NULL,
    held_until BIGINT  NOT NULL
);

CREATE TABLE alarm (
    scope     TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    critical  INTEGER NOT NULL CHECK (critical IN (0, 1)),
    message   TEXT    NOT NULL,
    raised_at TEXT    NOT NULL,
    PRIMARY KEY (scope, code)
);

-- The audit record is the outbox of every receiver; this is how far each has read.
CREATE TABLE delivery (
    receiver        TEXT    NOT NULL PRIMARY KEY,
    sequence        BIGINT  NOT NULL,
    attempts        BIGINT  NOT NULL,
    next_attempt_at TEXT    NOT NULL
);
