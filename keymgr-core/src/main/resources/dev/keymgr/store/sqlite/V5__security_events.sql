-- What registered relying parties were sent of the audit record, and when they acknowledged it.
CREATE TABLE security_event (
    scope           TEXT    NOT NULL,
    party           TEXT    NOT NULL,
    sequence        INTEGER NOT NULL CHECK (sequence > 0),
    jti             TEXT    NOT NULL,
    kid             TEXT    NOT NULL,
    type            TEXT    NOT NULL,
    token           TEXT    NOT NULL,
    happened_at     TEXT    NOT NULL,
    sent_at         TEXT    NOT NULL,
    acknowledged_at TEXT,
    refusal         TEXT,
    PRIMARY KEY (scope, party, sequence),
    CONSTRAINT one_jti_one_event UNIQUE (scope, party, jti)
) STRICT;

CREATE INDEX security_event_of_key ON security_event (kid);

CREATE INDEX security_event_outstanding ON security_event (scope, party, sequence) WHERE acknowledged_at IS NULL;

CREATE TRIGGER security_event_acknowledged_stays BEFORE UPDATE ON security_event
WHEN OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS NOT OLD.acknowledged_at
BEGIN SELECT RAISE(ABORT, 'an acknowledgement is never taken back'); END;

CREATE TRIGGER security_event_stays BEFORE DELETE ON security_event
BEGIN SELECT RAISE(ABORT, 'what was sent is never forgotten'); END;
