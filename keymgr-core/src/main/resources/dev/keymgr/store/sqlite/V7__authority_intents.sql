-- Where a token is about to be asked for an authority: a crash leaves a place to look and no orphan.
CREATE TABLE authority_intent (
    token       TEXT NOT NULL,
    cka_id      TEXT NOT NULL,
    scope       TEXT NOT NULL,
    intended_at TEXT NOT NULL,
    PRIMARY KEY (token, cka_id)
) STRICT;
