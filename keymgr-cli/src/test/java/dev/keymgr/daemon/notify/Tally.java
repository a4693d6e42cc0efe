package dev.keymgr.daemon.notify;

import java.util.concurrent.atomic.AtomicInteger;

/** How many attempts ended well, and how many did not. */
final class Tally implements Outcomes {
    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @Override
    public void delivered(String receiver) {
        delivered.incrementAndGet();
    }

    @Override
    public void failed(String receiver) {
        failed.incrementAndGet();
    }

    @Override
    public String toString() {
        return delivered + " delivered, " + failed + " failed";
    }
}
