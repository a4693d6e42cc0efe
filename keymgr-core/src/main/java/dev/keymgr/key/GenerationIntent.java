package dev.keymgr.key;

import java.time.Instant;

/** A key about to be made: recorded before the token is asked, so that a crash leaves a place to look and no orphan. */
public record GenerationIntent(KeyGroup group, KeyLocation location, Instant intendedAt) {}
