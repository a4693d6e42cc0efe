package dev.keymgr.audit;

/** What can happen to a key, a document or a scope. The id is stable and stands in the chained record. */
public enum AuditAction {
    GENERATION_INTENDED("key.generation-intended"),
    GENERATION_ABANDONED("key.generation-abandoned"),
    KEY_GENERATED("key.generated"),
    PUBLICATION_INTENDED("jwks.publication-intended"),
    PUBLICATION_SERVED("jwks.served"),
    KEY_PUBLISHED("key.published"),
    KEY_OBSERVED("key.observed"),
    KEY_ACTIVATED("key.activated"),
    KEY_RETIRED("key.retired"),
    KEY_REMOVED("key.removed"),
    KEY_SUSPENDED("key.suspended"),
    KEY_WITHDRAWN("key.withdrawn"),
    KEY_RESUMED("key.resumed"),
    KEY_REVOKED("key.revoked"),
    KEY_CAUSE_WIDENED("key.cause-widened"),
    KEY_GIVEN_UP("key.given-up"),
    DESTRUCTION_INTENDED("key.destruction-intended"),
    PRIVATE_DESTROYED("key.private-destroyed"),
    PRIVATE_LOST("key.private-lost"),
    PRIVATE_FOUND("key.private-found"),
    TOKEN_LIFETIME_EXTENDED("key.token-lifetime-extended"),
    REVOCATION_SCHEDULED("revocation.scheduled"),
    REVOCATION_CANCELLED("revocation.cancelled"),
    AUTHORITY_INTENDED("authority.intended"),
    AUTHORITY_ESTABLISHED("authority.established"),
    AUTHORITY_REVOKED("authority.revoked"),
    DOCUMENTS_SIGNED("documents.signed"),
    INCIDENT_OPENED("incident.opened"),
    INCIDENT_NOTED("incident.noted"),
    INCIDENT_CAUSE("incident.cause"),
    INCIDENT_CLOSED("incident.closed"),
    MISUSE_DETECTED("misuse.detected"),
    VERIFIER_CONFIRMED("verifier.confirmed"),
    EXPOSURE_ENDED("exposure.ended"),
    DRILL_PLAYED("drill.played"),
    HOLD_SET("hold.set"),
    HOLD_RELEASED("hold.released"),
    TRANSITION_REFUSED("transition.refused"),
    ALARM_RAISED("alarm.raised"),
    ALARM_CLEARED("alarm.cleared"),
    NOTIFICATION_GIVEN_UP("notification.given-up"),
    EVENT_ACKNOWLEDGED("event.acknowledged"),
    EVENT_REFUSED("event.refused");

    private final String id;

    AuditAction(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }
}
