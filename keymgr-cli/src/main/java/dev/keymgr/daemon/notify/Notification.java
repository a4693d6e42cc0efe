package dev.keymgr.daemon.notify;

import dev.keymgr.config.EventType;

/**
 * An event as it is sent.
 *
 * @param id the same at every attempt, and no other event's; without a full stop, which would blur what is signed
 * @param json in structured mode, at most 16 KiB
 */
public record Notification(String id, EventType type, String json) {
    /** The value of the attribute {@code type}. */
    String fullType() {
        return CloudEvents.TYPE_PREFIX + type.id();
    }
}
