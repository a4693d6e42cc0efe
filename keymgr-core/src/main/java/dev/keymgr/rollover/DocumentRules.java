package dev.keymgr.rollover;

import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication;
import dev.keymgr.key.Publication.Listing;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the document is to list. One document at a time; an emergency removal first, then what was decided and not yet
 * served, then additions, then planned removals one key at a time, then the same keys said otherwise.
 */
final class DocumentRules {
    /** A longer document does not grow for the sake of a change freeze: too long a one would not be served at all. */
    private static final int LISTED_IN_FREEZE_MAX = 32;

    private final Keyring keyring;
    private final RolloverPolicy policy;
    private final Timing timing;
    private final GroupRules groups;
    private final FreezeRules freezes;
    private final Set<Kid> served;

    DocumentRules(Keyring keyring, RolloverPolicy policy, GroupRules groups, FreezeRules freezes) {
        this.groups = groups;
        this.freezes = freezes;
        this.keyring = keyring;
        this.policy = policy;
        this.timing = new Timing(policy);
        this.served =
                keyring.servedPublication().<Set<Kid>>map(Publication::kids).orElse(Set.of());
    }

    List<PlannedStep> plan(Instant now) {
        List<PlannedStep> steps = new ArrayList<>();
        Optional<PlannedStep> first = emergency().or(this::pending).or(this::addition);
        first.ifPresent(steps::add);
        // One that waits for the end of a change freeze keeps nothing back.
        if (first.filter(s -> s.freeze() == null || s.isDue(now)).isPresent()) {
            return steps;
        }
        List<PlannedStep> removals = removals(now);
        steps.addAll(removals);
        if (removals.stream().noneMatch(s -> s.isDue(now))) {
            refresh().ifPresent(steps::add);
        }
        return steps;
    }

    /** Keys that must be out now: nobody may go on trusting them. */
    private Optional<PlannedStep> emergency() {
        Set<Kid> out = keyring.keys().stream()
                .filter(k -> served.contains(k.kid()) && mustBeOut(k))
                .map(SigningKey::kid)
                .collect(Collectors.toCollection(TreeSet::new));
        if (out.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<Kid, Listing> rest = listings(staying(out));
        return rest.isEmpty()
                ? Optional.empty() // an empty set is never served; posture reports it and the next key replaces it
                : Optional.of(new PlannedStep(
                        step(rest), keyring.changedAt(), "revoked or withdrawn: out of the document at once"));
    }

    private static boolean mustBeOut(SigningKey key) {
        return key.state() == KeyState.COMPROMISED || (key.state() == KeyState.SUSPENDED && key.isWithdrawn());
    }

    private static boolean mayBeIn(SigningKey key) {
        return (key.state().isListable() && !mustBeOut(key)) || (key.state() == KeyState.GENERATED && key.canSign());
    }

    /** Decided earlier and not known to be everywhere: served again as it was decided. */
    private Optional<PlannedStep> pending() {
        return keyring.pendingPublication()
                .filter(p -> keyring.keys().stream().noneMatch(k -> p.lists(k.kid()) && !mayBeIn(k)))
                .map(p -> new PlannedStep(
                        step(p.listings()), keyring.changedAt(), "decided, and not yet written to every sink"));
    }

    private Optional<PlannedStep> addition() {
        List<SigningKey> fresh = keyring.keys().stream()
                .filter(k -> k.state() == KeyState.GENERATED && k.canSign())
                .toList();
        if (fresh.isEmpty()) {
            return Optional.empty();
        }
        // Burnt keys that could not leave because nothing else was left (an empty set is never served) leave here.
        Set<Kid> kept = keyring.keys().stream()
                .filter(k -> served.contains(k.kid()) && k.state().isListable())
                .map(SigningKey::kid)
                .collect(Collectors.toCollection(TreeSet::new));
        fresh.forEach(k -> kept.add(k.kid()));
        Instant since = fresh.stream()
                .map(k -> k.times().generatedAt())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        PlannedStep step =
                new PlannedStep(step(listings(kept)), since, "generated; verifiers must know it before it may sign");
        if (!fresh.stream().allMatch(groups::canWait)) {
            return Optional.of(step);
        }
        Instant latest = fresh.stream()
                .map(groups::latestPublication)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return Optional.of(freezes.delay(step, latest));
    }

    private List<PlannedStep> removals(Instant now) {
        List<PlannedStep> steps = new ArrayList<>();
        for (SigningKey key : keyring.keys()) {
            if (served.contains(key.kid())) {
                removal(key, now).ifPresent(steps::add);
            }
        }
        steps.sort(Comparator.comparing(PlannedStep::earliest));
        return steps;
    }

    private Optional<PlannedStep> removal(SigningKey key, Instant now) {
        boolean retired = key.state() == KeyState.RETIRED;
        boolean lostStandby = key.state() == KeyState.PUBLISHED && !key.canSign();
        if (!(retired && groups.hasHealthySuccessor(key)) && !lostStandby) {
            return Optional.empty();
        }
        SortedMap<Kid, Listing> rest = listings(staying(Set.of(key.kid())));
        if (rest.isEmpty()) {
            return Optional.empty();
        }
        Instant earliest = retired ? timing.deadAt(key).result() : keyring.changedAt();
        String reason = retired ? "retired, and no unexpired token of it can be left" : "it can no longer sign";
        Optional<Hold> hold = keyring.holdOn(key.kid(), now);
        if (hold.isPresent() && hold.get().until().isAfter(earliest)) {
            earliest = hold.get().until();
            reason = "held by " + hold.get().owner() + ": " + hold.get().reason();
        }
        Optional<Instant> shrink = timing.nextShrinkAt(keyring).map(Derivation::result);
        if (shrink.isPresent() && shrink.get().isAfter(earliest)) {
            earliest = shrink.get();
            reason = "two documents that shrink must not meet in one cache";
        }
        PlannedStep step = new PlannedStep(step(rest), earliest, reason);
        return Optional.of(served.size() > LISTED_IN_FREEZE_MAX ? step : freezes.delay(step, latestRemoval(key)));
    }

    /** Removals go one at a time: the first of those that wait together must leave time for the others. */
    private Instant latestRemoval(SigningKey key) {
        long others = keyring.keys().stream()
                .filter(k -> k.state() == KeyState.RETIRED && served.contains(k.kid()) && !k.equals(key))
                .count();
        return timing.latestRemoval(key)
                .result()
                .minus(policy.propagation().plus(policy.cache().bound()).multipliedBy(others));
    }

    /** The same keys said otherwise: a key began to sign, or ended, or the policy changed. */
    private Optional<PlannedStep> refresh() {
        Optional<Publication> standing = keyring.servedPublication();
        if (standing.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<Kid, Listing> wanted = listings(staying(Set.of()));
        boolean same = wanted.equals(standing.get().listings())
                && standing.get().maxAge().equals(policy.cache().maxAge());
        return same || wanted.isEmpty()
                ? Optional.empty()
                : Optional.of(freezes.delay(
                        new PlannedStep(
                                step(wanted),
                                keyring.changedAt(),
                                "what it says of a listed key, or its max-age, has changed"),
                        latestRefresh(standing.get(), wanted)));
    }

    /** A date that is to be later must reach every cache before the earlier one ends trust in genuine tokens. */
    private Instant latestRefresh(Publication standing, SortedMap<Kid, Listing> wanted) {
        return standing.listings().entrySet().stream()
                .filter(e -> {
                    Listing next = wanted.get(e.getKey());
                    return next != null && next.expires().isAfter(e.getValue().expires());
                })
                .map(e -> e.getValue()
                        .expires()
                        .minus(policy.propagation())
                        .minus(policy.cache().bound())
                        .minus(policy.tick().allowance()))
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }

    private Set<Kid> staying(Set<Kid> out) {
        return keyring.keys().stream()
                .filter(k -> served.contains(k.kid()) && k.state().isListable() && !out.contains(k.kid()))
                .map(SigningKey::kid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Step.Publish step(SortedMap<Kid, Listing> listings) {
        TreeSet<Kid> added = new TreeSet<>(listings.keySet());
        added.removeAll(served);
        TreeSet<Kid> removed = new TreeSet<>(served);
        removed.removeAll(listings.keySet());
        return new Step.Publish(listings, added, removed);
    }

    private SortedMap<Kid, Listing> listings(Set<Kid> kids) {
        SortedMap<Kid, Listing> listings = new TreeMap<>();
        keyring.keys().stream().filter(k -> kids.contains(k.kid())).forEach(k -> listings.put(k.kid(), listing(k)));
        return listings;
    }

    private Listing listing(SigningKey key) {
        Instant expires = timing.trustLimit(key).result();
        if (key.state() == KeyState.RETIRED) {
            Instant dead = timing.deadAt(key).result();
            expires = dead.isBefore(expires) ? dead : expires;
        }
        // JWK dates are whole seconds; an end is rounded up so that no genuine token is cut off.
        return new Listing(
                key.times().generatedAt().truncatedTo(ChronoUnit.SECONDS),
                key.times()
                        .find(Moment.ACTIVATED)
                        .map(t -> t.truncatedTo(ChronoUnit.SECONDS))
                        .orElse(null),
                expires.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1),
                policy.x5c());
    }
}
