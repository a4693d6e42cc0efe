package dev.keymgr.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.Generation;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderDirectoryTest {
    private static final ScopeName CONSUMER = new ScopeName("consumer");

    @TempDir
    private Path folder;

    private OrderDirectory orders() {
        return new OrderDirectory(folder.resolve("emergency"));
    }

    private static EmergencyOrder order(ScopeName scope, long document) {
        return new EmergencyOrder(
                scope,
                new TreeSet<>(List.of(new Kid("A".repeat(43)), new Kid("B".repeat(42) + "A"))),
                new Compromise("pasted: \"here\"\nand there", Cause.HOST, Instant.parse("2026-01-01T00:00:00Z")),
                Instant.parse("2026-01-02T03:04:05.678Z"),
                "ana@vault",
                new Generation(document));
    }

    @Test
    void keepsTheSignedDocumentsWithTheirOrder() {
        EmergencyOrder bare = order(CONSUMER, 9);
        SignedDocuments signed = new SignedDocuments(
                CONSUMER,
                41,
                new Kid("A".repeat(43)),
                "ab".repeat(32),
                Instant.parse("2026-01-02T03:04:05Z"),
                Instant.parse("2026-01-02T09:04:05Z"),
                "a.b.c",
                "d.e.f",
                "g.h.i");
        orders().put(bare);
        orders().put(bare.with(signed));

        assertThat(orders().of(CONSUMER)).containsExactly(bare.with(signed));
    }

    @Test
    void keepsOrdersForItsOwnerOnlyAndGivesThemBackInTurn() throws IOException {
        assertThat(orders().of(CONSUMER)).isEmpty();
        EmergencyOrder ninth = order(CONSUMER, 9);
        EmergencyOrder tenth = order(CONSUMER, 10);

        orders().put(tenth);
        Path file = Path.of(orders().put(ninth));
        orders().put(ninth);
        orders().put(order(new ScopeName("consumer-eu"), 3));

        assertThat(orders().of(CONSUMER)).containsExactly(ninth, tenth);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");

        orders().done(ninth);
        orders().done(ninth);
        assertThat(orders().of(CONSUMER)).containsExactly(tenth);
    }

    @Test
    void namesADamagedOrderAndLeavesItThere() throws IOException {
        Path file = Path.of(orders().put(order(CONSUMER, 9)));
        Files.writeString(file, "{\"scope\": \"consumer\"}");

        assertThat(orders().unreadable(CONSUMER))
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessageContainingAll(file.toString(), "is damaged"));
        assertThat(orders().of(CONSUMER)).isEmpty();
        assertThat(file).exists();
    }

    @Test
    void aDamagedOrderHidesNoOtherAndNoneOfAnotherScope() throws IOException {
        EmergencyOrder good = order(CONSUMER, 9);
        orders().put(good);
        Path file = Path.of(orders().put(order(CONSUMER, 10)));
        Files.writeString(file, "{");
        Files.writeString(file.resolveSibling("consumer-eu-3.json"), "{");
        Files.createDirectory(file.resolveSibling("consumer-11.json"));

        assertThat(orders().of(CONSUMER)).containsExactly(good);
        assertThat(orders().unreadable(CONSUMER)).hasSize(2);
        assertThat(orders().unreadable(new ScopeName("consumer-eu"))).hasSize(1);
        assertThat(orders().unreadable(new ScopeName("eu"))).isEmpty();
    }

    @Test
    void theHighestNumberMayBeThatOfAnOrderThatCannotBeRead() throws IOException {
        assertThat(orders().highest(CONSUMER)).isEmpty();
        Path file = Path.of(orders().put(order(CONSUMER, 9)));
        assertThat(orders().highest(CONSUMER)).contains(new Generation(9));

        Files.writeString(file.resolveSibling("consumer-23.json"), "{");
        Files.writeString(file.resolveSibling("consumer-eu-40.json"), "{");
        Files.writeString(file.resolveSibling("consumer-99999999999999999999.json"), "{");

        assertThat(orders().highest(CONSUMER)).contains(new Generation(23));
    }

    @Test
    void anOrderTakesThePlaceOfNoOtherAndOfNoneThatCannotBeRead() throws IOException {
        EmergencyOrder order = order(CONSUMER, 9);
        Path file = Path.of(orders().put(order));
        EmergencyOrder other = new EmergencyOrder(
                CONSUMER,
                new TreeSet<>(List.of(new Kid("B".repeat(42) + "A"))),
                order.record(),
                order.at(),
                order.actor(),
                order.document());

        assertThatThrownBy(() -> orders().put(other)).hasMessageContainingAll("another order lies in", file.toString());
        assertThat(orders().of(CONSUMER)).containsExactly(order);

        Files.writeString(file, "{");
        assertThatThrownBy(() -> orders().put(order)).hasMessageContaining("was not written over");
        assertThat(file).hasContent("{");
        assertThat(folder.resolve("emergency")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aFolderThatCannotBeMadeIsAnErrorThatNamesIt() throws IOException {
        Files.writeString(folder.resolve("emergency"), "a file is in the way");

        assertThat(orders().of(CONSUMER)).isEmpty();
        assertThatThrownBy(() -> orders().put(order(CONSUMER, 9))).hasMessageContaining("could not leave an order in");
    }
}
