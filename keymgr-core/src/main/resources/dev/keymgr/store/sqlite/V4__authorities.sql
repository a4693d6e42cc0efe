-- What a scope's authorities vouch for.
CREATE TABLE authority (
    kid            TEXT NOT NULL PRIMARY KEY,
    scope          TEXT NOT NULL,
    token          TEXT NOT NULL,
    cka_id         TEXT NOT NULL,
    x              TEXT NOT NULL UNIQUE,
    y              TEXT NOT NULL,
    issuer         TEXT NOT NULL,
    certificate    TEXT NOT NULL,
    established_at TEXT NOT NULL,
    revoked_at     TEXT,
    CONSTRAINT one_object_one_authority UNIQUE (token, cka_id)
) STRICT;

-- A scope's signed documents as they stand; what stood before is in nobody's interest.
CREATE TABLE signed_documents (
    scope       TEXT   NOT NULL PRIMARY KEY,
    sequence    INTEGER NOT NULL CHECK (sequence > 0),
    authority   TEXT   NOT NULL REFERENCES authority (kid),
    basis       TEXT   NOT NULL,
    signed_at   TEXT   NOT NULL,
    expires_at  TEXT   NOT NULL,
    keys        TEXT   NOT NULL,
    history     TEXT   NOT NULL,
    revocations TEXT   NOT NULL
) STRICT;

-- The issuer and the certificate that a key was born with. Like its numbers they never change.
ALTER TABLE signing_key ADD COLUMN issuer TEXT;
ALTER TABLE signing_key ADD COLUMN certificate TEXT;

CREATE TRIGGER authority_fixed BEFORE UPDATE ON authority
WHEN NEW.kid <> OLD.kid OR NEW.scope <> OLD.scope OR NEW.x <> OLD.x OR NEW.y <> OLD.y OR NEW.certificate <> OLD.certificate
    OR NEW.issuer <> OLD.issuer OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at)
BEGIN SELECT RAISE(ABORT, 'CompromisedIsFinal: an authority never changes, and a revoked one never comes back'); END;

-- REPLACE would delete the old row past the next trigger.
CREATE TRIGGER authority_once BEFORE INSERT ON authority
WHEN EXISTS (SELECT 1 FROM authority WHERE kid = NEW.kid) OR EXISTS (SELECT 1 FROM signing_key WHERE kid = NEW.kid)
BEGIN SELECT RAISE(ABORT, 'ScopesNeverMix: this kid is taken'); END;

CREATE TRIGGER authority_stays BEFORE DELETE ON authority
BEGIN SELECT RAISE(ABORT, 'an authority is never deleted'); END;

CREATE TRIGGER signed_documents_only_grow BEFORE UPDATE ON signed_documents
WHEN NEW.scope <> OLD.scope OR NEW.sequence <= OLD.sequence
BEGIN SELECT RAISE(ABORT, 'the sequence of signed documents only grows'); END;

CREATE TRIGGER signing_key_certificate_stays BEFORE UPDATE ON signing_key
WHEN NEW.issuer IS NOT OLD.issuer OR NEW.certificate IS NOT OLD.certificate
BEGIN SELECT RAISE(ABORT, 'ScopesNeverMix: the issuer and the certificate of a key never change'); END;
