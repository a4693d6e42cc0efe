package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong where documents are written, and that no key signs before its document stands. */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
class PublicationFaultsIT {
    @TempDir
    private static Path folder;

    private static DemoFolder demo;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        demo.edit("rotation: 20s", "rotation: 1h");
        demo.edit("max-lifetime: 4s", "max-lifetime: 5m"); // so that no document changes by itself
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @AfterEach
    void goOn() {
        demo.keymgr().expect(0, "apply");
        demo.requireSound();
    }

    @Test
    @Order(1)
    void theFirstKeyDoesNotSignWhileItsDocumentHasNoPlace() throws IOException {
        Path directory = demo.file("public/consumer");
        Files.delete(directory);

        demo.keymgr().run("apply").expect(52).says(directory.toString(), "mkdir -p", "KM-PUBLISH");

        assertThat(demo.kids("consumer", "ACTIVE", "PUBLISHED")).isEmpty();
        assertThat(demo.kids("consumer", "GENERATED")).isNotEmpty();
        assertThat(demo.kids("enterprise", "ACTIVE")).hasSize(1);
        demo.keymgr().feed("{}", "sign", "consumer").expect(40);
        Set<String> made = demo.kids("consumer", "GENERATED");

        Files.createDirectory(directory);
        demo.keymgr().expect(0, "apply");

        assertThat(demo.kids("consumer", "ACTIVE", "PUBLISHED")).containsAll(made);
    }

    @Test
    @Order(2)
    void aStandbyIsNotActivatedWhileItsDocumentIsGone() throws IOException {
        demo.keymgr().expect(0, "rotate", "consumer", "--wait");
        String active = demo.kid("consumer", "ACTIVE");
        Path aside = folder.resolve("aside");
        Files.move(demo.file("public/consumer"), aside);

        demo.keymgr().run("rotate", "consumer", "--wait").expect(52).says("not activated", "keymgr publish consumer");

        assertThat(demo.kid("consumer", "ACTIVE")).isEqualTo(active);
        demo.keymgr().run("doctor").expect(1).says("FAILED", "documents consumer");

        Files.createDirectory(demo.file("public/consumer"));
        demo.keymgr().expect(0, "publish", "consumer");
        demo.keymgr().expect(0, "rotate", "consumer", "--wait");
        assertThat(demo.kid("consumer", "ACTIVE")).isNotEqualTo(active);
    }

    @Test
    @Order(3)
    void aDocumentWrittenOverByHandIsNoticedAndWrittenAnew() {
        DemoFolder.write(demo.document("consumer"), "{\"keys\":[]}");
        demo.keymgr().run("doctor").expect(1).says("not the recorded bytes");
        demo.keymgr().expect(0, "publish", "consumer");
        assertThat(demo.published("consumer")).contains(demo.kid("consumer", "ACTIVE"));
    }

    @Test
    @Order(4)
    void aDirectoryOfAnotherScopeIsNotWrittenTo() throws IOException {
        byte[] foreign = Files.readAllBytes(demo.document("enterprise"));
        String config = DemoFolder.read(demo.config());
        demo.edit("consumer", "directory: public/consumer", "directory: public/enterprise2");
        copy(demo.file("public/enterprise"), demo.file("public/enterprise2"));

        demo.keymgr().run("publish", "consumer").expect(52).says("belongs to scope enterprise");

        assertThat(demo.file("public/enterprise2/jwks.json")).hasBinaryContent(foreign);
        DemoFolder.write(demo.config(), config);
    }

    @Test
    @Order(5)
    void aDirectoryThatMayNotBeWrittenToKeepsItsDocument() throws IOException {
        String before = DemoFolder.read(demo.document("consumer"));
        boolean root = "root".equals(System.getProperty("user.name"));
        Keymgr weak =
                root ? demo.keymgr().behind("setpriv", "--bounding-set=-dac_override,-dac_read_search") : demo.keymgr();
        permit(demo.file("public/consumer/.keymgr-publication.lock"), "r--r--r--");
        permit(demo.file("public/consumer"), "r-xr-xr-x");
        try {
            weak.run("publish", "consumer").expect(52).says("public/consumer", "KM-PUBLISH");
            weak.run("rotate", "consumer", "--wait").expect(52);
            assertThat(DemoFolder.read(demo.document("consumer"))).isEqualTo(before);
        } finally {
            permit(demo.file("public/consumer"), "rwxr-xr-x");
            permit(demo.file("public/consumer/.keymgr-publication.lock"), "rw-------");
        }
    }

    @Test
    @Order(6)
    void aScopeThatOnlyTheDaemonServesNeedsNoFolder() {
        String config = DemoFolder.read(demo.config());
        String before = DemoFolder.read(demo.document("consumer"));
        demo.edit("consumer", "directory: public/consumer", "probes: [http://localhost:9/]");
        demo.keymgr().run("status").expect(2).says("scopes.consumer.publish.directory is missing", "daemon: {}");
        demo.edit("consumer", "probes: [http://localhost:9/]", "{}");
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon: {}\n");
        String active = demo.kid("consumer", "ACTIVE");

        demo.keymgr().expect(0, "rotate", "consumer", "--wait");

        assertThat(demo.kid("consumer", "ACTIVE")).isNotEqualTo(active);
        assertThat(DemoFolder.read(demo.document("consumer"))).isEqualTo(before);
        demo.keymgr().run("publish", "consumer").expect(0).says("keymgr daemon serves it from the store");
        demo.keymgr().run("doctor").says("documents consumer", "served by keymgr daemon alone", "publish.probes");
        DemoFolder.write(demo.config(), config);
        demo.keymgr().expect(0, "publish", "consumer");
    }

    private static void permit(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
