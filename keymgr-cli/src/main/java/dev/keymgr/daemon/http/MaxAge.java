package dev.keymgr.daemon.http;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a cache may keep a document that is served now. Asked for each response, so it must be quick; what it answers
 * is what was served. A fraction of a second is dropped and a negative duration counts as zero: a cache never keeps longer.
 */
@FunctionalInterface
public interface MaxAge {
    Duration at(Instant now);
}
