package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditAction;
import java.util.Locale;
import java.util.Optional;

/** What relying parties are told of, and which records say it. */
public enum EventKind {
    /** It may sign from a later instant on. */
    KEY_PUBLISHED("published_at"),
    /** It signs; also when it does so again. */
    KEY_ACTIVATED("activated_at"),
    /** It signs no more; its tokens are good until they expire. */
    KEY_RETIRED("retired_at"),
    /** It signs no more until someone has looked. */
    KEY_SUSPENDED("suspended_at"),
    /** Nothing that it signed is to be trusted. */
    KEY_REVOKED("revoked_at");

    private static final String PREFIX = "urn:keymgr:event:";

    private final String moment;

    EventKind(String moment) {
        this.moment = moment;
    }

    /** Empty for what relying parties are not told. */
    public static Optional<EventKind> of(AuditAction action) {
        return switch (action) {
            case KEY_PUBLISHED -> Optional.of(KEY_PUBLISHED);
            case KEY_ACTIVATED, KEY_RESUMED -> Optional.of(KEY_ACTIVATED);
            case KEY_RETIRED -> Optional.of(KEY_RETIRED);
            case KEY_SUSPENDED -> Optional.of(KEY_SUSPENDED);
            case KEY_REVOKED -> Optional.of(KEY_REVOKED);
            default -> Optional.empty();
        };
    }

    /** Such as {@code key-revoked}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name of the event in a token. */
    public String urn() {
        return PREFIX + id();
    }

    /** The member that says when. */
    String moment() {
        return moment;
    }

    /** Whether a party that does not know of it trusts what it should not. */
    public boolean isUrgent() {
        return this == KEY_REVOKED || this == KEY_SUSPENDED;
    }
}
