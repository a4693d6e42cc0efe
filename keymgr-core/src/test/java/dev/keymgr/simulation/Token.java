package dev.keymgr.simulation;

import dev.keymgr.key.Kid;
import java.time.Instant;

/** A genuine token, as far as keys are concerned. */
record Token(Kid kid, Instant issuedAt, Instant expires) {}
