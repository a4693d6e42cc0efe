package dev.keymgr.testkit;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.authority.Authority;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Authorities and signed documents in memory. */
public final class FakeAuthorities implements AuthorityRecords {
    private final AuditLog audit;
    private final FaultPlan faults;
    private final List<Authority> authorities = new ArrayList<>();
    private final Map<KeyLocation, ScopeName> intents = new LinkedHashMap<>();
    private final SortedMap<ScopeName, SignedDocuments> documents = new TreeMap<>();

    public FakeAuthorities(AuditLog audit) {
        this(audit, new FaultPlan());
    }

    FakeAuthorities(AuditLog audit, FaultPlan faults) {
        this.audit = audit;
        this.faults = faults;
    }

    /** What the restore of a backup from before them does. */
    public synchronized void forget(ScopeName scope) {
        authorities.removeIf(a -> a.scope().equals(scope));
    }

    @Override
    public synchronized List<Authority> authorities(ScopeName scope) {
        return authorities.stream()
                .filter(a -> a.scope().equals(scope))
                .sorted(Comparator.comparing(Authority::establishedAt))
                .toList();
    }

    @Override
    public synchronized List<KeyLocation> intents(ScopeName scope) {
        return intents.entrySet().stream()
                .filter(e -> e.getValue().equals(scope))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public synchronized void intend(ScopeName scope, KeyLocation place, Instant at, AuditEvent event) {
        faults.run(
                "authorities.intend",
                () -> {
                    audit.append(List.of(event));
                    intents.put(place, scope);
                },
                () -> new KeymgrException(
                        ErrorCode.STORE_UNAVAILABLE, "could not record an intended authority: the plan said so"));
    }

    @Override
    public synchronized void establish(Authority authority, AuditEvent event) {
        if (authorities.stream().anyMatch(a -> a.kid().equals(authority.kid()))) {
            throw new KeymgrException(ErrorCode.DOCUMENT_REFUSED, "ScopesNeverMix: this authority is taken");
        }
        faults.run(
                "authorities.establish",
                () -> {
                    audit.append(List.of(event));
                    authorities.add(authority);
                    intents.remove(authority.location());
                },
                () -> new KeymgrException(
                        ErrorCode.STORE_UNAVAILABLE, "could not record an authority: the plan said so"));
    }

    @Override
    public synchronized void revoke(ScopeName scope, Kid authority, Instant at, AuditEvent event) {
        for (int i = 0; i < authorities.size(); i++) {
            Authority found = authorities.get(i);
            if (found.scope().equals(scope) && found.kid().equals(authority) && found.stands()) {
                audit.append(List.of(event));
                authorities.set(i, found.revoked(at));
            }
        }
    }

    @Override
    public synchronized SortedMap<ScopeName, Long> sequences() {
        SortedMap<ScopeName, Long> sequences = new TreeMap<>();
        documents.forEach((scope, found) -> sequences.put(scope, found.sequence()));
        return sequences;
    }

    @Override
    public synchronized Optional<SignedDocuments> documents(ScopeName scope) {
        return Optional.ofNullable(documents.get(scope));
    }

    @Override
    public synchronized boolean replace(long before, SignedDocuments next, AuditEvent event) {
        SignedDocuments standing = documents.get(next.scope());
        if ((standing == null ? 0 : standing.sequence()) != before) {
            return false;
        }
        if (authorities.stream().noneMatch(a -> a.kid().equals(next.authority()))) {
            throw new KeymgrException(ErrorCode.CHECK_FAILED, "the store knows no such authority; nothing was written");
        }
        audit.append(List.of(event));
        documents.put(next.scope(), next);
        return true;
    }
}
