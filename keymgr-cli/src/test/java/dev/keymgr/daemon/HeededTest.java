package dev.keymgr.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.store.file.OrderDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeededTest {
    private static final ScopeName SCOPE = new ScopeName("consumer");
    private static final Instant AT = Instant.parse("2026-05-04T12:00:00Z");

    @TempDir
    private Path folder;

    private OrderDirectory orders;
    private Heeded heeded;

    @BeforeEach
    void begin() {
        orders = new OrderDirectory(folder);
        heeded = new Heeded(orders);
    }

    private static EmergencyOrder order(char kid, long document) {
        return new EmergencyOrder(
                SCOPE,
                new TreeSet<>(Set.of(new Kid(String.valueOf(kid).repeat(43)))),
                new Compromise("on a paste site", Compromise.Cause.KEY, AT),
                AT,
                "ann@host",
                new Generation(document));
    }

    @Test
    void anOrderIsNewsWhenItComesAndWhenItGoes() {
        assertThat(heeded.look(SCOPE)).isFalse();
        EmergencyOrder order = order('a', 7);
        orders.put(order);

        assertThat(heeded.look(SCOPE)).isTrue();
        assertThat(heeded.look(SCOPE)).isFalse();
        assertThat(heeded.of(SCOPE)).containsExactly(order);
        assertThat(heeded.of(new ScopeName("enterprise"))).isEmpty();

        orders.done(order);
        assertThat(heeded.look(SCOPE)).isTrue();
        assertThat(heeded.of(SCOPE)).isEmpty();
    }

    @Test
    void anOrderThatCannotBeReadAnyMoreIsHeededOnBesideTheNextOnes() throws IOException {
        EmergencyOrder first = order('a', 7);
        Path file = Path.of(orders.put(first));
        heeded.look(SCOPE);
        Files.writeString(file, "{");

        assertThat(heeded.look(SCOPE)).isFalse();
        assertThat(heeded.of(SCOPE)).containsExactly(first);
        assertThat(heeded.unreadable(SCOPE))
                .get()
                .extracting(KeymgrException::getMessage)
                .asString()
                .contains(file.getFileName().toString());

        EmergencyOrder second = order('b', 8);
        orders.put(second);
        assertThat(heeded.look(SCOPE)).isTrue();
        assertThat(heeded.of(SCOPE)).containsExactly(first, second);

        Files.delete(file);
        assertThat(heeded.look(SCOPE)).isTrue();
        assertThat(heeded.of(SCOPE)).containsExactly(second);
        assertThat(heeded.unreadable(SCOPE)).isEmpty();
    }
}
