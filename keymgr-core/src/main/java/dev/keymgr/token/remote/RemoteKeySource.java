package dev.keymgr.token.remote;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.token.TrustedKeys;
import dev.keymgr.token.remote.RemoteDocument.Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * The keys of one issuer as it publishes them over HTTP, kept fresh in the background by one daemon thread. For many
 * threads. Close it when nothing is verified any more.
 *
 * <p>A verification waits for the network only until the first documents have come, and, one thread at a time and under a
 * bound, when a token names a kid that is not known. While the issuer is away, what was fetched last is gone by until its
 * time is over; after that every question is answered with STALE. No address ever comes from a token or from a redirect.
 *
 * @standard OpenID Federation 1.0 s. 5.2.1.1
 */
public final class RemoteKeySource implements TrustedKeys, AutoCloseable {
    private static final Duration WAIT_MIN = Duration.ofMillis(10);

    /** The wait is measured by another clock than the one that says when: one never trusts the other for long. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    /** Half of the max-age lies between two looks at the keys; a revocation is looked for as often as it may be. */
    private static final int KEY_PARTS = 2;

    private static final int REVOCATION_PARTS = 1;

    private final RemoteDocuments documents;
    private final Clock clock;
    private final Thread thread;
    private volatile boolean closed;

    private RemoteKeySource(RemoteDocuments documents, Clock clock, String address) {
        this.documents = documents;
        this.clock = clock;
        this.thread = new Thread(this::keepFresh, "keymgr-keys " + address);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The signed documents {@code jwks.jwt} and {@code revoked-keys.jwt}: nobody but the pinned authorities can add a key,
     * bring one back, or keep a revocation from being seen for longer than the documents are valid.
     *
     * @param address of the folder in which they lie; https, or http on this machine
     * @param client must follow no redirect
     * @param random for the jitter between looks
     * @throws IllegalArgumentException for another address or client
     */
    public static RemoteKeySource signed(
            URI address,
            PinnedAuthorities authorities,
            HttpClient client,
            Clock clock,
            RandomGenerator random,
            RefreshPolicy policy) {
        return new RemoteKeySource(
                signedDocuments(address, authorities, client, clock, random, policy), clock, address.toString());
    }

    /**
     * The plain {@code jwks.json}. Weaker: whoever controls the server, its name or its certificate controls the keys, and a
     * revocation is seen no sooner than the next look at them.
     *
     * @param issuer whose keys they are: those that name another are dropped, and as the policy has it those that name none
     * @throws IllegalArgumentException as {@link #signed}
     */
    public static RemoteKeySource unsigned(
            URI address, String issuer, HttpClient client, Clock clock, RandomGenerator random, RefreshPolicy policy) {
        return new RemoteKeySource(
                unsignedDocuments(address, issuer, client, clock, random, policy), clock, address.toString());
    }

    /** The same without anybody who calls for a refresh. */
    static RemoteDocuments signedDocuments(
            URI address,
            PinnedAuthorities authorities,
            HttpClient client,
            Clock clock,
            RandomGenerator random,
            RefreshPolicy policy) {
        requireSafe(address, client);
        RemoteDocument keys = new RemoteDocument(
                new Address(
                        file(address, "jwks.jwt"),
                        "application/jwk-set+jwt",
                        PinnedAuthorities.CHARACTERS_MAX,
                        policy.keys(),
                        KEY_PARTS),
                client,
                policy.timeout(),
                random::nextDouble);
        RemoteDocument revocations = new RemoteDocument(
                new Address(
                        file(address, "revoked-keys.jwt"),
                        "application/jwt",
                        PinnedAuthorities.CHARACTERS_MAX,
                        policy.revocations(),
                        REVOCATION_PARTS),
                client,
                policy.timeout(),
                random::nextDouble);
        return new RemoteDocuments(
                address.toString(),
                new SignedKeySetForm(keys, authorities, policy.clockSkew()),
                new RevocationsForm(revocations, authorities, policy.clockSkew()),
                new RefetchBudget(policy.unknownKid()),
                clock);
    }

    static RemoteDocuments unsignedDocuments(
            URI address, String issuer, HttpClient client, Clock clock, RandomGenerator random, RefreshPolicy policy) {
        requireSafe(address, client);
        RemoteDocument keys = new RemoteDocument(
                new Address(
                        file(address, "jwks.json"),
                        "application/jwk-set+json, application/json",
                        JwksDocument.BYTES_MAX,
                        policy.keys(),
                        KEY_PARTS),
                client,
                policy.timeout(),
                random::nextDouble);
        return new RemoteDocuments(
                address.toString(),
                new PlainKeySetForm(keys, issuer, policy.unsigned()),
                null,
                new RefetchBudget(policy.unknownKid()),
                clock);
    }

    private static URI file(URI folder, String name) {
        String text = folder.toString();
        return URI.create(text + (text.endsWith("/") ? "" : "/") + name);
    }

    private static void requireSafe(URI address, HttpClient client) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("a client that follows redirects could be led to anybody's keys");
        }
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        String host = address.getHost();
        boolean isPlain =
                address.getRawQuery() == null && address.getRawFragment() == null && address.getRawUserInfo() == null;
        if (host == null || !isPlain || !(scheme.equals("https") || (scheme.equals("http") && isLoopback(host)))) {
            throw new IllegalArgumentException("'" + address
                    + "' is not the https address of a folder (http on this machine), without query, fragment or user");
        }
    }

    /** By its spelling: no name server is asked. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return host.matches("[0-9.]+|\\[[0-9a-fA-F:]+]")
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private void keepFresh() {
        while (!closed) {
            Duration wait;
            try {
                wait = Duration.between(clock.instant(), documents.refreshDue());
            } catch (RuntimeException e) {
                wait = WAIT_MAX; // a fault of ours: what is held grows stale, which fails closed, and the thread lives
            }
            wait = wait.compareTo(WAIT_MIN) < 0 ? WAIT_MIN : wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait;
            LockSupport.parkNanos(this, wait.toNanos());
        }
    }

    @Override
    public JwkSet own() {
        return documents.own();
    }

    @Override
    public JwkSet ownAfterUnknown(Kid kid) {
        return closed ? documents.own() : documents.ownAfterUnknown(kid);
    }

    @Override
    public Set<Kid> revoked() {
        return documents.revoked();
    }

    @Override
    public Map<Kid, Instant> suspended() {
        return documents.suspended();
    }

    /** None: a relying party need not know who else its issuer serves. */
    @Override
    public Map<ScopeName, JwkSet> others() {
        return documents.others();
    }

    @Override
    public Optional<Freshness> freshness() {
        return documents.freshness();
    }

    /** How it stands. Never fails and never waits. */
    public SourceStatus status() {
        return documents.status();
    }

    /** Refreshes no more. What is held is gone by until its time is over. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
