-- Documents that carry the certificates of their keys.
ALTER TABLE publication_listing ADD COLUMN x5c INTEGER NOT NULL DEFAULT 0 CHECK (x5c IN (0, 1));
