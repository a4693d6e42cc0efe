package dev.keymgr.incident;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.incident.Account.Times;
import dev.keymgr.incident.Account.Times.Beginning;
import dev.keymgr.incident.Account.Times.Measured;
import dev.keymgr.incident.Statement.Certainty;
import dev.keymgr.incident.Statement.Confidence;
import dev.keymgr.key.Kid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the account of an incident from the records of its key. Pure: the same records give the same account. */
public final class AccountWriter {
    /** What counts as the first sign that something is wrong. */
    private static final Set<AuditAction> SIGNS = Set.of(
            AuditAction.MISUSE_DETECTED,
            AuditAction.KEY_SUSPENDED,
            AuditAction.KEY_REVOKED,
            AuditAction.INCIDENT_OPENED);

    private static final Set<AuditAction> STOPS = Set.of(AuditAction.KEY_SUSPENDED, AuditAction.KEY_REVOKED);

    private final Kid kid;
    private final List<AuditRecord> records;

    private AccountWriter(Kid kid, List<AuditRecord> records) {
        this.kid = kid;
        this.records = records;
    }

    /**
     * The account of the last incident of a key.
     *
     * @param records everything ever recorded of the key, oldest first
     * @param trustEnds by arithmetic, by when the last known verifier has stopped; null while that cannot be told
     * @return empty when no incident of it was ever opened
     */
    public static Optional<Account> write(Kid kid, List<AuditRecord> records, @Nullable Instant trustEnds) {
        return new AccountWriter(kid, records).account(trustEnds);
    }

    private Optional<Account> account(@Nullable Instant trustEnds) {
        Optional<AuditRecord> opening = last(AuditAction.INCIDENT_OPENED);
        if (opening.isEmpty()) {
            return Optional.empty();
        }
        AuditEvent opened = opening.get().event();
        List<AuditRecord> since = records.stream()
                .filter(r -> r.sequence() >= opening.get().sequence())
                .toList();
        Times times = times(opened, trustEnds);
        List<Cause> causes = since.stream()
                .filter(r -> r.event().action() == AuditAction.INCIDENT_CAUSE)
                .map(AccountWriter::cause)
                .toList();
        Instant closedAt = since.stream()
                .filter(r -> r.event().action() == AuditAction.INCIDENT_CLOSED)
                .map(r -> r.event().at())
                .reduce((first, second) -> second)
                .orElse(null);
        int revision = (int) since.stream().filter(AccountWriter::isByPeople).count();
        return Optional.of(new Account(
                opened.scope(),
                kid,
                revision,
                opened.at(),
                opened.actor(),
                detail(opened, "reason"),
                closedAt,
                times,
                statements(times, causes),
                causes));
    }

    private static boolean isByPeople(AuditRecord record) {
        return switch (record.event().action()) {
            case INCIDENT_OPENED, INCIDENT_NOTED, INCIDENT_CAUSE, INCIDENT_CLOSED -> true;
            default -> false;
        };
    }

    /** What was recorded, without the suspensions that a resumption took back: they stopped nothing and showed nothing. */
    private List<AuditEvent> standing() {
        List<AuditEvent> standing = new ArrayList<>();
        for (AuditRecord record : records) {
            if (record.event().action() == AuditAction.KEY_RESUMED) {
                standing.removeIf(e -> e.action() == AuditAction.KEY_SUSPENDED);
            } else {
                standing.add(record.event());
            }
        }
        return standing;
    }

    private Times times(AuditEvent opened, @Nullable Instant bound) {
        List<AuditEvent> standing = standing();
        Instant detected = standing.stream()
                .filter(e -> SIGNS.contains(e.action()))
                .map(e -> noticed(e).orElse(e.at()))
                .min(Comparator.naturalOrder())
                .orElse(opened.at());
        Optional<Instant> stated =
                last(AuditAction.KEY_REVOKED).map(AuditRecord::event).flatMap(e -> instant(e, "invalid-from"));
        Optional<Instant> proved = firstProof().flatMap(r -> instant(r.event(), "decided"));
        boolean isStated = stated.isPresent()
                && proved.filter(p -> p.isBefore(stated.get())).isEmpty();
        Optional<AuditEvent> over = last(AuditAction.EXPOSURE_ENDED).map(AuditRecord::event);
        // What registered parties said is the end only where nobody who said nothing was bounded later. Records of
        // before
        // there was "ended" do not tell: then it is the bound.
        Optional<Instant> ended = over.flatMap(e -> instant(e, "ended"));
        boolean measured = ended.isPresent() && ended.equals(over.flatMap(e -> instant(e, "measured")));
        Instant stopped = standing.stream()
                .filter(e -> STOPS.contains(e.action()))
                .map(AuditEvent::at)
                .findFirst()
                .orElse(null);
        return new Times(
                isStated ? stated.get() : proved.orElse(null),
                isStated ? Beginning.STATED : proved.isPresent() ? Beginning.AT_THE_LATEST : Beginning.NOT_KNOWN,
                detected,
                stopped,
                ended.or(() -> over.flatMap(e -> instant(e, "bound"))).orElse(bound),
                measured ? Measured.MEASURED : Measured.BOUND);
    }

    /** Of the records of misuses that a signature proves, that of the earliest token. */
    private Optional<AuditRecord> firstProof() {
        return records.stream()
                .filter(r -> r.event().action() == AuditAction.MISUSE_DETECTED
                        && Boolean.parseBoolean(detail(r.event(), "proved")))
                .min(Comparator.comparing(r -> instant(r.event(), "decided").orElse(Instant.MAX)));
    }

    private static Optional<Instant> noticed(AuditEvent event) {
        return instant(event, "noticed-at");
    }

    private static Optional<Instant> instant(AuditEvent event, String name) {
        String text = event.details().get(name);
        return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private Optional<AuditRecord> last(AuditAction action) {
        return records.stream().filter(r -> r.event().action() == action).reduce((first, second) -> second);
    }

    private static Cause cause(AuditRecord record) {
        AuditEvent event = record.event();
        return new Cause(
                Cause.Standing.valueOf(detail(event, "standing")),
                detail(event, "text"),
                evidence(event),
                event.at(),
                event.actor(),
                record.sequence());
    }

    private static Cause.@Nullable Evidence evidence(AuditEvent event) {
        String name = event.details().get("evidence");
        String sha256 = event.details().get("evidence-sha256");
        return name == null || sha256 == null ? null : new Cause.Evidence(name, sha256);
    }

    private static String detail(AuditEvent event, String name) {
        return event.details().getOrDefault(name, "");
    }

    private List<Statement> statements(Times times, List<Cause> causes) {
        List<Statement> all = new ArrayList<>();
        for (AuditRecord record : records) {
            if (record.event().action() == AuditAction.INCIDENT_NOTED) {
                all.add(noted(record));
            } else if (record.event().action() != AuditAction.INCIDENT_CAUSE) {
                all.add(observed(record));
            }
        }
        infer(times, all);
        wonder(times, causes, all);
        all.sort(Comparator.comparing(s -> s.at() == null ? Instant.MAX : s.at()));
        return all;
    }

    private static Statement observed(AuditRecord record) {
        AuditEvent event = record.event();
        StringBuilder text =
                new StringBuilder(event.action().id()).append(" by ").append(event.actor());
        for (Map.Entry<String, String> detail : event.details().entrySet()) {
            text.append("; ").append(detail.getKey()).append(": ").append(detail.getValue());
        }
        return new Statement(Certainty.OBSERVED, event.at(), text.toString(), null, List.of(record.sequence()));
    }

    private static Statement noted(AuditRecord record) {
        AuditEvent event = record.event();
        Certainty certainty = Certainty.valueOf(detail(event, "certainty"));
        Cause.Evidence evidence = evidence(event);
        return new Statement(
                certainty,
                event.at(),
                detail(event, "text") + " (" + event.actor()
                        + (evidence == null ? "" : "; evidence " + evidence.name() + ", SHA-256 " + evidence.sha256())
                        + ")",
                certainty == Certainty.INFERRED ? Confidence.valueOf(detail(event, "confidence")) : null,
                List.of(record.sequence()));
    }

    /** What follows from the records by the rules of this product. */
    private void infer(Times times, List<Statement> all) {
        Instant from = times.misusableFrom();
        List<Long> revocation =
                last(AuditAction.KEY_REVOKED).map(r -> List.of(r.sequence())).orElse(List.of());
        if (from != null) {
            boolean stated = times.beginning() == Beginning.STATED;
            all.add(new Statement(
                    Certainty.INFERRED,
                    from,
                    "whoever had the key could sign tokens of this scope from " + from + " on"
                            + (stated ? "" : " at the latest")
                            + ", with any iat; that a token names a time before it proves nothing",
                    Confidence.HIGH,
                    stated
                            ? revocation
                            : firstProof().map(r -> List.of(r.sequence())).orElse(List.of())));
        }
        if (times.trustEndsAt() != null && times.trustEndIsMeasured() == Measured.BOUND) {
            all.add(new Statement(
                    Certainty.INFERRED,
                    times.trustEndsAt(),
                    "by then no verifier that is declared or registered accepts the key, as their caches are declared",
                    Confidence.MEDIUM,
                    revocation));
        }
    }

    /** What nobody has answered. */
    private void wonder(Times times, List<Cause> causes, List<Statement> all) {
        List<Long> opening = last(AuditAction.INCIDENT_OPENED)
                .map(r -> List.of(r.sequence()))
                .orElse(List.of());
        if (causes.stream().noneMatch(c -> c.standing() == Cause.Standing.CONFIRMED)) {
            all.add(unknown("how the key was lost: no cause is confirmed", opening));
        }
        if (times.beginning() != Beginning.STATED) {
            all.add(unknown(
                    "from when the key was in other hands: nobody has said; revoke takes --invalid-from", opening));
        }
        all.add(unknown("whether verifiers that nobody registered or declared still accept the key", opening));
        all.add(unknown("which accepted tokens were forged: issuance is not logged token by token", opening));
    }

    private static Statement unknown(String text, List<Long> records) {
        return new Statement(Certainty.UNKNOWN, null, text, null, records);
    }
}
