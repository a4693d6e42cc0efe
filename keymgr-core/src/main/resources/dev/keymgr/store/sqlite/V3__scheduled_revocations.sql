-- Revocations ordered for later. Whoever looks at a scope after revoke_at carries them out.

CREATE TABLE scheduled_revocation (
    scope        TEXT    NOT NULL REFERENCES keyring (scope),
    ordinal      INTEGER NOT NULL,
    kid          TEXT    NOT NULL,
    revoke_at    TEXT    NOT NULL,
    reason       TEXT    NOT NULL CHECK (length(trim(reason)) > 0),
    cause        TEXT    NOT NULL CHECK (cause IN ('KEY', 'TOKEN', 'HOST', 'UNKNOWN')),
    invalid_from TEXT    NOT NULL,
    PRIMARY KEY (scope, ordinal),
    CONSTRAINT one_revocation_of_a_key UNIQUE (kid),
    FOREIGN KEY (kid, scope) REFERENCES signing_key (kid, scope)
) STRICT;
