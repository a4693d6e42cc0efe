package dev.keymgr.testkit;

import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.inventory.InventoryConflictException;
import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Inventory and audit record in memory, with the laws of the real store. Write points: inventory.replace, audit.append. */
public final class FakeInventory implements Inventory, AuditLog {
    private final FaultPlan faults;
    private final Map<ScopeName, Keyring> keyrings = new TreeMap<>();
    /** What may stand once only, under every name it has: kid, public key, token object. */
    private final Map<String, SigningKey> taken = new HashMap<>();

    private final List<AuditRecord> records = new ArrayList<>();
    private final Map<Kid, List<AuditRecord>> recordsAbout = new HashMap<>();
    private final Map<ScopeName, String> lockHolders = new HashMap<>();

    public FakeInventory(FaultPlan faults) {
        this.faults = faults;
    }

    public FakeInventory() {
        this(new FaultPlan());
    }

    // ---- inventory

    @Override
    public synchronized Keyring read(ScopeName scope) {
        return keyrings.getOrDefault(scope, Keyring.empty(scope));
    }

    @Override
    public synchronized SortedMap<ScopeName, Generation> generations() {
        SortedMap<ScopeName, Generation> found = new TreeMap<>();
        keyrings.forEach((scope, keyring) -> found.put(scope, keyring.generation()));
        return found;
    }

    @Override
    public synchronized SortedSet<ScopeName> scopesOf(String kidBeginning) {
        return keyrings.values().stream()
                .filter(ring ->
                        ring.keys().stream().anyMatch(k -> k.kid().value().startsWith(kidBeginning)))
                .map(Keyring::scope)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public synchronized void replace(Keyring before, Keyring after, List<AuditEvent> events) {
        requireSuccessor(before, after);
        faults.run(
                "inventory.replace",
                () -> {
                    Keyring stored = read(after.scope());
                    if (!stored.generation().equals(before.generation())) {
                        throw new InventoryConflictException(after.scope(), before.generation(), stored.generation());
                    }
                    requireLaws(stored, after);
                    keyrings.put(after.scope(), after);
                    after.keys().forEach(key -> names(key).forEach(name -> taken.put(name, key)));
                    chain(events);
                },
                () -> down("write scope " + after.scope()));
    }

    private static void requireSuccessor(Keyring before, Keyring after) {
        Set<Kid> kept = new HashSet<>();
        after.keys().forEach(key -> kept.add(key.kid()));
        if (!before.scope().equals(after.scope())
                || after.generation().compareTo(before.generation()) <= 0
                || before.keys().stream().anyMatch(key -> !kept.contains(key.kid()))) {
            throw new IllegalArgumentException("not a successor of generation " + before.generation());
        }
    }

    private void requireLaws(Keyring stored, Keyring after) {
        for (SigningKey key : after.changedSince(stored)) {
            for (String name : names(key)) {
                SigningKey other = taken.get(name);
                if (other != null && !isSame(other, key)) {
                    throw new KeymgrException(
                            ErrorCode.DOCUMENT_REFUSED,
                            "key " + key.kid() + " is key " + other.kid() + " of scope "
                                    + other.group().scope() + "; nothing was written");
                }
            }
            if (key.state() != KeyState.COMPROMISED
                    && stored.find(key.kid())
                            .filter(k -> k.state() == KeyState.COMPROMISED)
                            .isPresent()) {
                throw new KeymgrException(
                        ErrorCode.CHECK_FAILED, "CompromisedIsFinal: key " + key.kid() + "; nothing was written");
            }
        }
    }

    private static boolean isSame(SigningKey one, SigningKey other) {
        return one.kid().equals(other.kid()) && one.group().equals(other.group());
    }

    private static List<String> names(SigningKey key) {
        Map<String, String> numbers = key.publicKey().requiredMembers();
        return List.of(
                "kid " + key.kid(),
                "public " + numbers.get("crv") + " " + numbers.get("x") + " " + numbers.get("n"),
                "object " + key.location());
    }

    private static KeymgrException down(String doing) {
        return new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "could not " + doing + ": the fault plan said so");
    }

    @Override
    public ScopeLock lock(ScopeName scope, Duration patience) {
        String self = "thread " + Thread.currentThread().getName();
        long nanos = patience.toNanos();
        long began = System.nanoTime();
        synchronized (lockHolders) {
            while (lockHolders.containsKey(scope)) {
                long left = nanos - (System.nanoTime() - began);
                if (left <= 0) {
                    throw new KeymgrException(
                            ErrorCode.SCOPE_BUSY,
                            "scope " + scope + " is being worked on by " + lockHolders.get(scope));
                }
                waitForRelease(left);
            }
            String ticket = self + "#" + System.nanoTime();
            lockHolders.put(scope, ticket);
            return () -> release(scope, ticket);
        }
    }

    private void waitForRelease(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(lockHolders, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeymgrException(ErrorCode.SCOPE_BUSY, "interrupted while waiting", e);
        }
    }

    private void release(ScopeName scope, String ticket) {
        synchronized (lockHolders) {
            lockHolders.remove(scope, ticket);
            lockHolders.notifyAll();
        }
    }

    // ---- audit

    @Override
    public synchronized void append(List<AuditEvent> events) {
        faults.run("audit.append", () -> chain(events), () -> down("append to the audit record"));
    }

    private void chain(List<AuditEvent> events) {
        for (AuditEvent event : events) {
            AuditRecord record = AuditChain.next(records.isEmpty() ? null : records.get(records.size() - 1), event);
            records.add(record);
            Kid kid = event.kid();
            if (kid != null) {
                recordsAbout.computeIfAbsent(kid, k -> new ArrayList<>()).add(record);
            }
        }
    }

    @Override
    public synchronized List<AuditRecord> read(long afterSequence, int limit) {
        requireLimit(limit);
        int from = (int) Math.min(Math.max(0, afterSequence), records.size()); // sequence n stands at n - 1
        return List.copyOf(records.subList(from, Math.min(records.size(), from + limit)));
    }

    @Override
    public synchronized List<AuditRecord> latest(int limit) {
        requireLimit(limit);
        return List.copyOf(records.subList(Math.max(0, records.size() - limit), records.size()));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("a limit of " + limit);
        }
    }

    @Override
    public synchronized List<AuditRecord> about(Kid kid) {
        return List.copyOf(recordsAbout.getOrDefault(kid, List.of()));
    }
}
