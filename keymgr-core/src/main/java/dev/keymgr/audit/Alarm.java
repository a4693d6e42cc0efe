package dev.keymgr.audit;

import dev.keymgr.key.ScopeName;
import java.time.Instant;

/**
 * Something wrong with a scope, from the look that found it until the first look that does not.
 *
 * @param code stable, one of the findings' codes; a scope has at most one alarm of each code
 * @param critical whether someone must act now
 * @param message as first found
 */
public record Alarm(ScopeName scope, String code, boolean critical, String message, Instant raisedAt) {}
