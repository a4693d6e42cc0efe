-- Keyrings, their documents, and the chained record. Instants and durations are ISO-8601 text, exact to the nanosecond.
-- The triggers hold what no program may do, this one included.

CREATE TABLE keyring (
    scope      TEXT    NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL CHECK (generation > 0),
    changed_at TEXT    NOT NULL
) STRICT;

CREATE TRIGGER keyring_only_grows BEFORE UPDATE ON keyring
WHEN NEW.scope <> OLD.scope OR NEW.generation <= OLD.generation
BEGIN SELECT RAISE(ABORT, 'GenerationOnlyGrows: a keyring goes to a later generation only'); END;

CREATE TRIGGER keyring_stays BEFORE DELETE ON keyring
BEGIN SELECT RAISE(ABORT, 'a keyring is never deleted'); END;

-- One row per key that ever was. crv and x name an elliptic-curve key (the y of a second key with the same x would have
-- the same private half but for its sign), n names an RSA key.
CREATE TABLE signing_key (
    kid                     TEXT    NOT NULL PRIMARY KEY,
    scope                   TEXT    NOT NULL REFERENCES keyring (scope),
    ordinal                 INTEGER NOT NULL,
    algorithm               TEXT    NOT NULL CHECK (algorithm IN ('ES256', 'ES384', 'RS256', 'PS256')),
    token                   TEXT    NOT NULL,
    cka_id                  TEXT    NOT NULL,
    kty                     TEXT    NOT NULL CHECK (kty IN ('EC', 'RSA')),
    crv                     TEXT,
    x                       TEXT,
    y                       TEXT,
    n                       TEXT,
    e                       TEXT,
    state                   TEXT    NOT NULL CHECK (state IN
        ('GENERATED', 'PUBLISHED', 'ACTIVE', 'SUSPENDED', 'RETIRED', 'REMOVED', 'COMPROMISED', 'DESTROYED')),
    private_half            TEXT    NOT NULL CHECK (private_half IN ('PRESENT', 'DESTROYING', 'DESTROYED', 'LOST')),
    generated_at            TEXT    NOT NULL,
    published_at            TEXT,
    observed_at             TEXT,
    activated_at            TEXT,
    suspended_at            TEXT,
    withdrawn_at            TEXT,
    retired_at              TEXT,
    private_destroyed_at    TEXT,
    removed_at              TEXT,
    compromised_at          TEXT,
    destroyed_at            TEXT,
    cache_bound             TEXT,
    token_lifetime          TEXT    NOT NULL,
    compromise_reason       TEXT,
    compromise_cause        TEXT CHECK (compromise_cause IN ('KEY', 'TOKEN', 'HOST', 'UNKNOWN')),
    compromise_invalid_from TEXT,
    CONSTRAINT key_of_its_scope UNIQUE (kid, scope),
    CONSTRAINT one_object_one_key UNIQUE (token, cka_id),
    CONSTRAINT ec_key_once UNIQUE (crv, x),
    CONSTRAINT rsa_key_once UNIQUE (n),
    CONSTRAINT public_key_whole CHECK (CASE kty
        WHEN 'EC' THEN crv IS NOT NULL AND x IS NOT NULL AND y IS NOT NULL AND n IS NULL AND e IS NULL
        ELSE crv IS NULL AND x IS NULL AND y IS NULL AND n IS NOT NULL AND e IS NOT NULL END),
    CONSTRAINT compromise_recorded CHECK (CASE state
        WHEN 'COMPROMISED' THEN compromise_reason IS NOT NULL AND compromise_cause IS NOT NULL
            AND compromise_invalid_from IS NOT NULL
        ELSE compromise_reason IS NULL AND compromise_cause IS NULL AND compromise_invalid_from IS NULL END)
) STRICT;

CREATE INDEX signing_key_by_scope ON signing_key (scope, ordinal);

CREATE UNIQUE INDEX at_most_one_active ON signing_key (scope, algorithm) WHERE state = 'ACTIVE';

CREATE TRIGGER signing_key_identity_stays BEFORE UPDATE ON signing_key
WHEN NEW.kid <> OLD.kid OR NEW.scope <> OLD.scope OR NEW.algorithm <> OLD.algorithm OR NEW.kty <> OLD.kty
    OR NEW.crv IS NOT OLD.crv OR NEW.x IS NOT OLD.x OR NEW.y IS NOT OLD.y OR NEW.n IS NOT OLD.n OR NEW.e IS NOT OLD.e
BEGIN SELECT RAISE(ABORT, 'ScopesNeverMix: kid, scope, algorithm and public key of a key never change'); END;

CREATE TRIGGER signing_key_compromise_final BEFORE UPDATE ON signing_key
WHEN OLD.state = 'COMPROMISED' AND NEW.state <> 'COMPROMISED'
BEGIN SELECT RAISE(ABORT, 'CompromisedIsFinal: a compromised key never comes back'); END;

-- REPLACE would delete the old row past the next trigger.
CREATE TRIGGER signing_key_once BEFORE INSERT ON signing_key
WHEN EXISTS (SELECT 1 FROM signing_key WHERE kid = NEW.kid)
BEGIN SELECT RAISE(ABORT, 'ScopesNeverMix: this kid is taken'); END;

CREATE TRIGGER signing_key_stays BEFORE DELETE ON signing_key
BEGIN SELECT RAISE(ABORT, 'a key is never deleted'); END;

CREATE TABLE generation_intent (
    token       TEXT    NOT NULL,
    cka_id      TEXT    NOT NULL,
    scope       TEXT    NOT NULL REFERENCES keyring (scope),
    ordinal     INTEGER NOT NULL,
    algorithm   TEXT    NOT NULL CHECK (algorithm IN ('ES256', 'ES384', 'RS256', 'PS256')),
    intended_at TEXT    NOT NULL,
    PRIMARY KEY (token, cka_id)
) STRICT;

CREATE INDEX generation_intent_by_scope ON generation_intent (scope, ordinal);

-- Every document ever decided. binding: copies of it may still be cached, so the keyring still names it.
CREATE TABLE publication (
    scope         TEXT    NOT NULL REFERENCES keyring (scope),
    number        INTEGER NOT NULL CHECK (number > 0),
    max_age       TEXT    NOT NULL,
    cache_bound   TEXT    NOT NULL,
    served_at     TEXT,
    superseded_at TEXT,
    binding       INTEGER NOT NULL CHECK (binding IN (0, 1)),
    PRIMARY KEY (scope, number)
) STRICT;

CREATE INDEX publication_binding ON publication (scope, number) WHERE binding = 1;

CREATE TRIGGER publication_stays BEFORE DELETE ON publication
BEGIN SELECT RAISE(ABORT, 'a publication is never deleted'); END;

-- The pair (kid, scope) keeps a key of another scope out of every document.
CREATE TABLE publication_listing (
    scope      TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    kid        TEXT    NOT NULL,
    issued_at  TEXT    NOT NULL,
    not_before TEXT,
    expires    TEXT    NOT NULL,
    PRIMARY KEY (scope, number, kid),
    FOREIGN KEY (scope, number) REFERENCES publication (scope, number),
    FOREIGN KEY (kid, scope) REFERENCES signing_key (kid, scope)
) STRICT;

CREATE TRIGGER publication_listing_fixed BEFORE UPDATE ON publication_listing
BEGIN SELECT RAISE(ABORT, 'what a publication lists never changes'); END;

CREATE TRIGGER publication_listing_stays BEFORE DELETE ON publication_listing
BEGIN SELECT RAISE(ABORT, 'what a publication lists never changes'); END;

CREATE TABLE hold (
    scope      TEXT    NOT NULL,
    ordinal    INTEGER NOT NULL,
    kid        TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    held_until TEXT    NOT NULL,
    PRIMARY KEY (scope, ordinal),
    FOREIGN KEY (kid, scope) REFERENCES signing_key (kid, scope)
) STRICT;

CREATE TABLE audit_record (
    sequence      INTEGER NOT NULL PRIMARY KEY,
    happened_at   TEXT    NOT NULL,
    actor         TEXT    NOT NULL,
    action        TEXT    NOT NULL,
    scope         TEXT    NOT NULL,
    kid           TEXT,
    details       TEXT    NOT NULL,
    previous_hash TEXT    NOT NULL CHECK (length(previous_hash) = 64),
    hash          TEXT    NOT NULL CHECK (length(hash) = 64)
) STRICT;

CREATE INDEX audit_record_by_kid ON audit_record (kid, sequence) WHERE kid IS NOT NULL;

-- The end of the chain; writers take turns at this row.
CREATE TABLE audit_head (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,
    hash     TEXT    NOT NULL CHECK (length(hash) = 64)
) STRICT;

INSERT INTO audit_head (id, sequence, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Refuses a gap, a fork, and a REPLACE, which would delete the old row past the triggers below.
CREATE TRIGGER audit_record_continues BEFORE INSERT ON audit_record
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit_record)
    OR NEW.previous_hash <> coalesce(
        (SELECT hash FROM audit_record WHERE sequence = NEW.sequence - 1),
        '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'NoChangeWithoutAudit: a record goes to the end of the chain only'); END;

CREATE TRIGGER audit_record_fixed BEFORE UPDATE ON audit_record
BEGIN SELECT RAISE(ABORT, 'NoChangeWithoutAudit: an audit record never changes'); END;

CREATE TRIGGER audit_record_stays BEFORE DELETE ON audit_record
BEGIN SELECT RAISE(ABORT, 'NoChangeWithoutAudit: an audit record is never deleted'); END;

CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
WHEN NEW.sequence <= OLD.sequence
BEGIN SELECT RAISE(ABORT, 'NoChangeWithoutAudit: the chain only grows'); END;

CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'NoChangeWithoutAudit: the end of the chain is never deleted'); END;
