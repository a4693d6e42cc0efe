package dev.keymgr.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several clients, each on a thread of its own, all let go at the same moment. */
public final class AtOnce {
    /** What each of them does. */
    @FunctionalInterface
    public interface Act<C, T> {
        T by(C client) throws Exception;
    }

    private AtOnce() {}

    /** What each came to, in the order of the clients; fails as the first one that failed did. */
    public static <C, T> List<T> run(List<? extends C> clients, Act<C, T> act)
            throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newFixedThreadPool(clients.size());
        CountDownLatch ready = new CountDownLatch(clients.size());
        List<Future<T>> futures = new ArrayList<>();
        for (C client : clients) {
            futures.add(executor.submit(() -> {
                ready.countDown();
                ready.await();
                return act.by(client);
            }));
        }
        executor.shutdown();
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }
}
