-- What registered relying parties were sent of the audit record, and when they acknowledged it.
CREATE TABLE security_event (
    scope           TEXT    NOT NULL,
    party           TEXT    NOT NULL,
    sequence        BIGINT  NOT NULL CHECK (sequence > 0),
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
);

CREATE INDEX security_event_of_key ON security_event (kid);

CREATE INDEX security_event_outstanding ON security_event (scope, party, sequence) WHERE acknowledged_at IS NULL;

CREATE TRIGGER security_event_acknowledged_stays BEFORE UPDATE ON security_event
FOR EACH ROW WHEN (OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at)
EXECUTE FUNCTION keymgr_refuse('an acknowledgement is never taken back');

CREATE TRIGGER security_event_stays BEFORE DELETE ON security_event
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('what was sent is never forgotten');

CREATE TRIGGER security_event_stays_whole BEFORE TRUNCATE ON security_event
FOR EACH STATEMENT EXECUTE FUNCTION keymgr_refuse('what was sent is never forgotten');
