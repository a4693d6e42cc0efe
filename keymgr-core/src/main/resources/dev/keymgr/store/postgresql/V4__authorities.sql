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
);

-- A scope's signed documents as they stand; what stood before is in nobody's interest.
CREATE TABLE signed_documents (
    scope       TEXT   NOT NULL PRIMARY KEY,
    sequence    BIGINT  NOT NULL CHECK (sequence > 0),
    authority   TEXT   NOT NULL REFERENCES authority (kid),
    basis       TEXT   NOT NULL,
    signed_at   TEXT   NOT NULL,
    expires_at  TEXT   NOT NULL,
    keys        TEXT   NOT NULL,
    history     TEXT   NOT NULL,
    revocations TEXT   NOT NULL
);

-- The issuer and the certificate that a key was born with. Like its numbers they never change.
ALTER TABLE signing_key ADD COLUMN issuer TEXT;
ALTER TABLE signing_key ADD COLUMN certificate TEXT;

CREATE TRIGGER authority_fixed BEFORE UPDATE ON authority
FOR EACH ROW WHEN (NEW.kid <> OLD.kid OR NEW.scope <> OLD.scope OR NEW.x <> OLD.x OR NEW.y <> OLD.y
    OR NEW.certificate <> OLD.certificate OR NEW.issuer <> OLD.issuer
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at))
EXECUTE FUNCTION keymgr_refuse('CompromisedIsFinal: an authority never changes, and a revoked one never comes back');

CREATE TRIGGER authority_stays BEFORE DELETE ON authority
FOR EACH ROW EXECUTE FUNCTION keymgr_refuse('an authority is never deleted');

CREATE TRIGGER authority_stays_whole BEFORE TRUNCATE ON authority
FOR EACH STATEMENT EXECUTE FUNCTION keymgr_refuse('an authority is never deleted');

CREATE TRIGGER signed_documents_only_grow BEFORE UPDATE ON signed_documents
FOR EACH ROW WHEN (NEW.scope <> OLD.scope OR NEW.sequence <= OLD.sequence)
EXECUTE FUNCTION keymgr_refuse('the sequence of signed documents only grows');

CREATE TRIGGER signing_key_certificate_stays BEFORE UPDATE ON signing_key
FOR EACH ROW WHEN (NEW.issuer IS DISTINCT FROM OLD.issuer OR NEW.certificate IS DISTINCT FROM OLD.certificate)
EXECUTE FUNCTION keymgr_refuse('ScopesNeverMix: the issuer and the certificate of a key never change');
