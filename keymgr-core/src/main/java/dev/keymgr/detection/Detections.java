package dev.keymgr.detection;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Confirmations;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What was detected, in the audit record alone. For many threads; two processes that hear the same at once may record it
 * twice, which changes nothing.
 */
public final class Detections {
    private static final String MISUSE = "misuse";
    private static final String AT = "at-scope";
    private static final String VERIFIER = "verifier";
    private static final String PROVED = "proved";
    private static final String DECIDED = "decided";
    private static final String DIGEST = "signing-input-sha256";

    private final AuditLog audit;
    private final Clock clock;
    private final String actor;

    /** @param actor who records, for the audit */
    public Detections(AuditLog audit, Clock clock, String actor) {
        this.audit = audit;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * Records what is new: a misuse of a key at a verifier, once, once more when it is proved, and once more when it comes from
     * after the answer to the last. So the same decisions may come again, and a flood of them leaves one record. Durable on
     * return.
     *
     * @return what was new
     */
    public List<Detection> record(Collection<Detection> found) {
        List<Detection> news = new ArrayList<>();
        for (Detection each : found) {
            if (news.stream().noneMatch(each::isToldBy) && !isKnown(each, audit.about(each.kid()))) {
                news.add(each);
            }
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!news.isEmpty()) {
            audit.append(news.stream().map(each -> event(each, now)).toList());
        }
        return news;
    }

    private static boolean isKnown(Detection each, List<AuditRecord> records) {
        return recorded(records).stream()
                .filter(r -> each.isToldBy(r.detection()))
                .anyMatch(r -> answers(r, records).noneMatch(each.decidedAt()::isAfter));
    }

    /** When incidents of the key were closed, or the verifier said that it trusts the key no more, after the record of a misuse. */
    private static Stream<Instant> answers(Recorded misuse, List<AuditRecord> records) {
        Stream<Instant> closed = records.stream()
                .map(AuditRecord::event)
                .filter(e -> e.action() == AuditAction.INCIDENT_CLOSED)
                .map(AuditEvent::at);
        Stream<Instant> confirmed = misuse.detection().misuse() == Misuse.STILL_TRUSTED
                ? Stream.ofNullable(
                        Confirmations.in(records).get(misuse.detection().verifier()))
                : Stream.empty();
        return Stream.concat(closed, confirmed).filter(at -> !at.isBefore(misuse.at()));
    }

    private AuditEvent event(Detection detection, Instant now) {
        Map<String, String> details = new TreeMap<>();
        details.put(MISUSE, detection.misuse().id());
        details.put(AT, detection.at().value());
        details.put(VERIFIER, detection.verifier());
        details.put(PROVED, Boolean.toString(detection.proved()));
        details.put(DECIDED, detection.decidedAt().toString());
        details.put(DIGEST, detection.inputDigest());
        return AuditEvent.of(now, actor, AuditAction.MISUSE_DETECTED, detection.scope(), detection.kid(), details);
    }

    private record Recorded(Detection detection, Instant at) {}

    private static List<Recorded> recorded(List<AuditRecord> records) {
        return records.stream()
                .map(AuditRecord::event)
                .filter(event -> event.action() == AuditAction.MISUSE_DETECTED)
                .flatMap(event -> read(event).map(d -> new Recorded(d, event.at())).stream())
                .toList();
    }

    private static Optional<Detection> read(AuditEvent event) {
        Map<String, String> details = event.details();
        Kid kid = event.kid();
        return kid == null
                ? Optional.empty()
                : Optional.of(new Detection(
                        Misuse.of(details.getOrDefault(MISUSE, "")),
                        event.scope(),
                        kid,
                        new ScopeName(details.getOrDefault(AT, "")),
                        details.getOrDefault(VERIFIER, ""),
                        Boolean.parseBoolean(details.get(PROVED)),
                        Instant.parse(details.getOrDefault(DECIDED, "")),
                        details.getOrDefault(DIGEST, "")));
    }

    /**
     * Those that nobody has answered, oldest first. The answer to a misuse is the revocation of the key, or an incident of it
     * that was closed since; to a verifier that still trusts a revoked key, its own confirmation since. A key that was lost
     * cannot be revoked any more: only a closed incident answers for it.
     */
    public List<Detection> open(Keyring keyring) {
        List<Detection> open = new ArrayList<>();
        for (SigningKey key : keyring.keys()) {
            List<AuditRecord> records = audit.about(key.kid());
            recorded(records).stream()
                    .filter(each -> !isAnswered(each, key, records))
                    .map(Recorded::detection)
                    .forEach(open::add);
        }
        return open;
    }

    private static boolean isAnswered(Recorded each, SigningKey key, List<AuditRecord> records) {
        boolean closed = records.stream()
                .map(AuditRecord::event)
                .anyMatch(e -> e.action() == AuditAction.INCIDENT_CLOSED && !e.at().isBefore(each.at()));
        if (closed) {
            return true;
        }
        return each.detection().misuse() == Misuse.STILL_TRUSTED
                ? Confirmations.in(records).containsKey(each.detection().verifier())
                : key.state() == KeyState.COMPROMISED;
    }
}
