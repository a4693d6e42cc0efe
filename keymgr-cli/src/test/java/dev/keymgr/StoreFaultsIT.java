package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong with the store, the clock and the configuration, and that nothing is lost by it. */
@Tag("long")
class StoreFaultsIT {
    /** Root may write everywhere, unless it gives that up. */
    private static final String[] WITHOUT_PRIVILEGES = {"setpriv", "--bounding-set=-dac_override,-dac_read_search"};

    @TempDir
    private static Path folder;

    private static DemoFolder demo;
    private static String config;

    private Set<String> keysBefore = Set.of();

    @BeforeAll
    static void begin() {
        demo = DemoFolder.steady(folder.resolve("demo"));
        config = DemoFolder.read(demo.config());
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @BeforeEach
    void remember() {
        keysBefore = everyKey();
    }

    @AfterEach
    void repairAndLookForLosses() {
        DemoFolder.write(demo.config(), config);
        demo.keymgr().expect(0, "apply");
        demo.requireSound();
        assertThat(everyKey()).containsAll(keysBefore);
    }

    @Test
    void aMissingStoreIsNotBegunAnewInSilence() throws IOException {
        Path aside = folder.resolve("aside.db");
        Files.move(demo.file("keymgr.db"), aside);

        for (String command : List.of("status", "apply", "audit --verify")) {
            demo.keymgr().run(command.split(" ")).expect(51).says("keymgr init", "keymgr.db");
        }
        assertThat(demo.file("keymgr.db")).doesNotExist();

        Files.move(aside, demo.file("keymgr.db"));
    }

    @Test
    void aStoreOfANewerReleaseIsLeftAlone() {
        demo.sql(
                "INSERT INTO keymgr_schema_history SELECT max(installed_rank) + 1, '999', 'from the future', type, script,"
                        + " checksum, installed_by, installed_on, execution_time, success FROM keymgr_schema_history");
        String before = demo.standing();

        for (String command : List.of("status", "apply", "init")) {
            demo.keymgr().run(command).expect(51).says("999", "newer keymgr", "nothing was written", "KM-STORE-SCHEMA");
        }

        assertThat(demo.standing()).isEqualTo(before);
        demo.sql("DELETE FROM keymgr_schema_history WHERE version = '999'");
    }

    @Test
    void aDamagedStoreIsNamed() throws IOException {
        Path aside = folder.resolve("whole.db");
        Files.move(demo.file("keymgr.db"), aside);
        DemoFolder.write(demo.file("keymgr.db"), "this is no database, and never was one; ".repeat(200));

        demo.keymgr().run("apply").expect(51).says("is damaged or is no database", "restore the last backup");

        Files.delete(demo.file("keymgr.db"));
        Files.move(aside, demo.file("keymgr.db"));
    }

    @Test
    void aReadOnlyStoreIsNamedAndUnharmed() throws IOException {
        Keymgr weak = isRoot() ? demo.keymgr().behind(WITHOUT_PRIVILEGES) : demo.keymgr();
        String before = demo.standing();
        String active = demo.kid("consumer", "ACTIVE");
        permit(demo.file("keymgr.db"), "r--------");
        permit(demo.root(), "r-x------");
        try {
            weak.run("status").expect(0);
            weak.on(active, "hold", "--for", "1h", "--reason", "x")
                    .expect(51)
                    .says("keymgr.db", "nothing was", "right to write");
        } finally {
            permit(demo.root(), "rwx------");
            permit(demo.file("keymgr.db"), "rw-------");
        }
        assertThat(demo.standing()).isEqualTo(before);
    }

    @Test
    void aFileThatMayNotGrowLosesNothing() {
        demo.keymgr().expect(0, "rotate", "consumer", "--wait");
        Keymgr cramped = demo.keymgr().behind("bash", "-c", "ulimit -f 24; exec \"$0\" \"$@\"");

        Run run = cramped.run("rotate", "consumer", "--wait");

        run.expect(51).says("keymgr.db");
        demo.keymgr().expect(0, "rotate", "consumer", "--wait");
    }

    @Test
    void aFullDiskIsNamedAndAfterMakingRoomEverythingGoesOn() throws IOException {
        Path small = Files.createDirectory(demo.file("small"));
        boolean mounted = isRoot()
                && shell("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "keymgr-test", small.toString())
                                .exit()
                        == 0;
        if (!mounted) {
            return; // aFileThatMayNotGrowLosesNothing has met the same refusal of the kernel, by quota
        }
        try {
            shell(
                            "cp",
                            "-a",
                            demo.file("keymgr.db").toString(),
                            demo.file("public").toString(),
                            small.toString())
                    .expect(0);
            demo.edit("sqlite: keymgr.db", "sqlite: small/keymgr.db");
            demo.edit("directory: public/", "directory: small/public/");
            demo.keymgr().expect(0, "rotate", "consumer", "--wait");
            Path filler = small.resolve("filler");
            shell("dd", "if=/dev/zero", "of=" + filler, "bs=4k");
            demo.keymgr().run("rotate", "consumer", "--wait").expect(51).says("small/keymgr.db", "nothing was written");

            // Room to open the store (its shared index takes 32 KiB) and to lock it, none to write.
            shell("truncate", "--size=-44K", filler.toString()).expect(0);
            demo.keymgr().run("rotate", "consumer", "--wait").expect(51).says("no room", "make room");

            Files.delete(small.resolve("filler"));
            demo.keymgr().expect(0, "rotate", "consumer", "--wait");
            demo.keymgr().expect(0, "audit", "--verify");
            shell("cp", "-a", small.resolve("keymgr.db").toString(), demo.root().toString())
                    .expect(0);
            shell(
                            "cp",
                            "-aT",
                            small.resolve("public").toString(),
                            demo.file("public").toString())
                    .expect(0);
        } finally {
            shell("umount", small.toString()).expect(0);
        }
    }

    @Test
    void aClockThatWentBackChangesNothing() {
        String stamps = demo.query("SELECT changed_at FROM keyring WHERE scope = 'consumer'")
                .get(0);
        demo.sql("UPDATE keyring SET generation = generation + 1, changed_at = '2999-01-01T00:00:00Z'"
                + " WHERE scope = 'consumer'");
        String before = demo.standing();

        demo.keymgr().run("apply", "consumer").expect(40).says("2999-01-01", "nothing was changed", "KM-CLOCK");
        demo.keymgr().run("rotate", "consumer").expect(40).says("KM-CLOCK");
        demo.keymgr().expect(0, "status");

        assertThat(demo.standing()).isEqualTo(before);
        demo.sql("UPDATE keyring SET generation = generation + 1, changed_at = '" + stamps
                + "' WHERE scope = 'consumer'");
    }

    @Test
    void aClockThatReallyIsBehindChangesNothing() {
        if (!Shell.has("faketime")) {
            return; // aClockThatWentBackChangesNothing has set the store ahead of the clock instead
        }
        String before = demo.standing();
        Keymgr yesterday =
                demo.keymgr().with("FAKETIME_DONT_FAKE_MONOTONIC", "1").behind("faketime", "-f", "-1d");

        yesterday.run("apply").expect(40).says("nothing was changed", "KM-CLOCK");

        assertThat(demo.standing()).isEqualTo(before);
    }

    @Test
    void aConfigurationThatCannotBeReadIsNamedWithItsLine() {
        demo.edit("isolation: p11-kit", "isolation: [p11-kit");
        demo.keymgr().run("apply").expect(2).says(demo.config() + ":");
        DemoFolder.write(demo.config(), config);
        demo.edit("rotation: 1h", "rotation: soon");
        demo.keymgr().run("status").expect(2).says(demo.config() + ":", "rotation", "soon");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static Run shell(String... command) {
        return Shell.run(folder, demo.keymgr().environment(), List.of(command));
    }

    private static Set<String> everyKey() {
        return new TreeSet<>(demo.query("SELECT kid FROM signing_key"));
    }

    private static void permit(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
