package dev.keymgr.daemon.http;

/**
 * How many requests one address may send; beyond that it is answered 429. An address is an IPv4 address or an IPv6 network of
 * 64 bits.
 *
 * @param perSecond in the long run; 1 to 1,000,000
 * @param burst at once, after a pause; at least 1
 */
public record RequestRate(int perSecond, int burst) {
    private static final int PER_SECOND_MAX = 1_000_000;

    public RequestRate {
        if (perSecond < 1 || perSecond > PER_SECOND_MAX || burst < 1) {
            throw new IllegalArgumentException("a rate of " + perSecond + " requests a second (1 to " + PER_SECOND_MAX
                    + "), " + burst + " at once");
        }
    }
}
