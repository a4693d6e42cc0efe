-- Keyrings, their documents, and the chained record. Instants and durations are ISO-8601 text, exact to the nanosecond.
-- The triggers hold what no program may do, this one included.

CREATE FUNCTION keymgr_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TABLE keyring (
    scope      TEXT    NOT NULL PRIMARY KEY,
    generation BIGINT  NOT NULL CHECK (generation > 0),
    changed_at TEXT    NOT NULL
);

CREATE TRIGGER keyring_only_grows BEFORE UPDATE ON keyring
FOR EACH ROW WHEN (NEW.scope <> OLD.scope OR NEW.generation <= OLD.generation)
EXECUTE FUNCTION keymgr_refuse('GenerationOnlyGrows: a keyring goes to a later generation only');

CREATE TRIGGER keyring_stays BEFORE DELETE ON keyring
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('a keyring is never deleted');

CREATE TRIGGER keyring_stays_whole BEFORE TRUNCATE ON keyring
FOR EACH STATEMENT EXECUTE FUNCTION keymgr_refuse('a keyring is never deleted');

-- One row per key that ever was. crv and x name an elliptic-curve key (the y of a second key with the same x would have
-- the same private half but for its sign), n names an RSA key.
CREATE TABLE signing_key (
    kid                     TEXT    NOT NULL PRIMARY KEY,
    scope                   TEXT    NOT NULL REFERENCES keyring (scope),
    ordinal                 BIGINT  NOT NULL,
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
);

CREATE INDEX signing_key_by_scope ON signing_key (scope, ordinal);

CREATE UNIQUE INDEX at_most_one_active ON signing_key (scope, algorithm) WHERE state = 'ACTIVE';

CREATE TRIGGER signing_key_identity_stays BEFORE UPDATE ON signing_key
FOR EACH ROW WHEN (NEW.kid <> OLD.kid OR NEW.scope <> OLD.scope OR NEW.algorithm <> OLD.algorithm OR NEW.kty <> OLD.kty
    OR NEW.crv IS DISTINCT FROM OLD.crv OR NEW.x IS DISTINCT FROM OLD.x OR NEW.y IS DISTINCT FROM OLD.y
    OR NEW.n IS DISTINCT FROM OLD.n OR NEW.e IS DISTINCT FROM OLD.e)
EXECUTE FUNCTION keymgr_refuse('ScopesNeverMix: kid, scope, algorithm and public key of a key never change');

CREATE TRIGGER signing_key_compromise_final BEFORE UPDATE ON signing_key
FOR EACH ROW WHEN (OLD.state = 'COMPROMISED' AND NEW.state <> 'COMPROMISED')
EXECUTE FUNCTION keymgr_refuse('CompromisedIsFinal: a compromised key never comes back');

CREATE TRIGGER signing_key_stays BEFORE DELETE ON signing_key
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('a key is never deleted');

CREATE TRIGGER signing_key_stays_whole BEFORE TRUNCATE ON signing_key
FOR EACH STATEMENT EXECUTE FUNCTION keymgr_refuse('a key is never deleted');

CREATE TABLE generation_intent (
    token       TEXT    NOT NULL,
    cka_id      TEXT    NOT NULL,
    scope       TEXT    NOT NULL REFERENCES keyring (scope),
    ordinal     BIGINT  NOT NULL,
    algorithm   TEXT    NOT NULL CHECK (algorithm IN ('ES256', 'ES384', 'RS256', 'PS256')),
    intended_at TEXT    NOT NULL,
    PRIMARY KEY (token, cka_id)
);

CREATE INDEX generation_intent_by_scope ON generation_intent (scope, ordinal);

-- Every document ever decided. binding: copies of it may still be cached, so the keyring still names it.
CREATE TABLE publication (
    scope         TEXT    NOT NULL REFERENCES keyring (scope),
    number        BIGINT  NOT NULL CHECK (number > 0),
    max_age       TEXT    NOT NULL,
    cache_bound   TEXT    NOT NULL,
    served_at     TEXT,
    superseded_at TEXT,
    binding       INTEGER NOT NULL CHECK (binding IN (0, 1)),
    PRIMARY KEY (scope, number)
);

CREATE INDEX publication_binding ON publication (scope, number) WHERE binding = 1;

CREATE TRIGGER publication_stays BEFORE DELETE ON publication
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('a publication is never deleted');

CREATE TRIGGER publication_stays_whole BEFORE TRUNCATE ON publication
FOR EACH STATEMENT EXECUTE FUNCTION keymgr_refuse('a publication is never deleted');

-- The pair (kid, scope) keeps a key of another scope out of every document.
CREATE TABLE publication_listing (
    scope      TEXT    NOT NULL,
    number     BIGINT  NOT NULL,
    kid        TEXT    NOT NULL,
    issued_at  TEXT    NOT NULL,
    not_before TEXT,
    expires    TEXT    NOT NULL,
    PRIMARY KEY (scope, number, kid),
    FOREIGN KEY (scope, number) REFERENCES publication (scope, number),
    FOREIGN KEY (kid, scope) REFERENCES signing_key (kid, scope)
);

CREATE TRIGGER publication_listing_fixed BEFORE UPDATE ON publication_listing
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('what a publication lists never changes');

CREATE TRIGGER publication_listing_stays BEFORE DELETE ON publication_listing
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('what a publication lists never changes');

CREATE TRIGGER publication_listing_stays_whole BEFORE TRUNCATE ON publication_listing
FOR EACH STATEMENT EXECUTE FUNCTION keymgr_refuse('what a publication lists never changes');

CREATE TABLE hold (
    scope      TEXT    NOT NULL,
    ordinal    BIGINT  NOT NULL,
    kid        TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    held_until TEXT    NOT NULL,
    PRIMARY KEY (scope, ordinal),
    FOREIGN KEY (kid, scope) REFERENCES signing_key (kid, scope)
);

CREATE TABLE audit_record (
    sequence      BIGINT  NOT NULL PRIMARY KEY,
    happened_at   TEXT    NOT NULL,
    actor         TEXT    NOT NULL,
    action        TEXT    NOT NULL,
    scope         TEXT    NOT NULL,
    kid           TEXT,
    details       TEXT    NOT NULL,
    previous_hash TEXT    NOT NULL CHECK (length(previous_hash) = 64),
    hash          TEXT    NOT NULL CHECK (length(hash) = 64)
);

CREATE INDEX audit_record_by_kid ON audit_record (kid, sequence) WHERE kid IS NOT NULL;

-- The end of the chain; writers take turns at this row.
CREATE TABLE audit_head (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sequence BIGINT  NOT NULL,
    hash     TEXT    NOT NULL CHECK (length(hash) = 64)
);

INSERT INTO audit_head (id, sequence, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Refuses a gap and a fork.
CREATE FUNCTION keymgr_continue_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit_record)
        OR NEW.previous_hash <> coalesce(
            (SELECT hash FROM audit_record WHERE sequence = NEW.sequence - 1),
            '0000000000000000000000000000000000000000000000000000000000000000')
    THEN
        RAISE EXCEPTION 'NoChangeWithoutAudit: a record goes to the end of the chain only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_record_continues BEFORE INSERT ON audit_record
FOR EACH ROW EXECUTE FUNCTION keymgr_continue_chain();

CREATE TRIGGER audit_record_fixed BEFORE UPDATE ON audit_record
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('NoChangeWithoutAudit: an audit record never changes');

CREATE TRIGGER audit_record_stays BEFORE DELETE ON audit_record
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('NoChangeWithoutAudit: an audit record is never deleted');

CREATE TRIGGER audit_record_stays_whole BEFORE TRUNCATE ON audit_record
FOR EACH STATEMENT EXECUTE FUNCTION keymgr_refuse('NoChangeWithoutAudit: an audit record is never deleted');

CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
FOR EACH ROW WHEN (NEW.sequence <= OLD.sequence)
EXECUTE FUNCTION keymgr_refuse('NoChangeWithoutAudit: the chain only grows');

CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('NoChangeWithoutAudit: the end of the chain is never deleted');

CREATE TRIGGER audit_head_stays_whole BEFORE TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION keymgr_refuse('NoChangeWithoutAudit: the end of the chain is never deleted');
