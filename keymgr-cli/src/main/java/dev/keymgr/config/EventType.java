package dev.keymgr.config;

import java.util.Arrays;
import java.util.Optional;

/** What receivers of notifications can be told of. The id stands in the file; the type of the event sent begins with it. */
public enum EventType {
    KEY_PUBLISHED("key.published"),
    KEY_ACTIVATED("key.activated"),
    KEY_SUSPENDED("key.suspended"),
    KEY_RESUMED("key.resumed"),
    KEY_RETIRED("key.retired"),
    KEY_REMOVED("key.removed"),
    KEY_REVOKED("key.revoked"),
    ALARM_RAISED("alarm.raised"),
    ALARM_CLEARED("alarm.cleared");

    private final String id;

    EventType(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    /** Empty for an id that is none. */
    public static Optional<EventType> find(String id) {
        return Arrays.stream(values()).filter(type -> type.id.equals(id)).findFirst();
    }
}
