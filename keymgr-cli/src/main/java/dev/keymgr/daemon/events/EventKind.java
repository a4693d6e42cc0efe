package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditAction;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What relying parties are told of, and which records say it. */
public enum EventKind {
    /** It may sign from a later instant on. */
    KEY_PUBLISHED("published_at", AuditAction.KEY_PUBLISHED),
    /** It signs; also when it does so again. */
    KEY_ACTIVATED("activated_at", AuditAction.KEY_ACTIVATED, AuditAction.KEY_RESUMED),
    /** It signs no more; its tokens are good until they expire. */
    KEY_RETIRED("retired_at", AuditAction.KEY_RETIRED),
    /** It signs no more until someone has looked. */
    KEY_SUSPENDED("suspended_at", AuditAction.KEY_SUSPENDED),
    /** Nothing that it signed is to be trusted. */
    KEY_REVOKED("revoked_at", AuditAction.KEY_REVOKED);

    private static final String PREFIX = "urn:keymgr:event:";

    private final String moment;
    private final Set<AuditAction> actions;

    EventKind(String moment, AuditAction... actions) {
        this.moment = moment;
        this.actions = EnumSet.copyOf(Arrays.asList(actions));
    }

    /** Empty for what relying parties are not told. */
    public static Optional<EventKind> of(AuditAction action) {
        return Arrays.stream(values())
                .filter(kind -> kind.actions.contains(action))
                .findFirst();
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
