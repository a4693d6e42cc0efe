package dev.keymgr;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Who may know whom on the top floor. */
class HouseTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/picocli/"))
            .importPackages("dev.keymgr");

    private static final String[] ROOMS_OF_THE_DAEMON = {
        "dev.keymgr.daemon.http..",
        "dev.keymgr.daemon.metrics..",
        "dev.keymgr.daemon.dashboard..",
        "dev.keymgr.daemon.notify.."
    };

    private static ArchRule apart(String room, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others);
    }

    @TestFactory
    Stream<DynamicTest> keepsTheRoomsApart() {
        Stream<ArchRule> rooms = Stream.of(ROOMS_OF_THE_DAEMON)
                .map(room -> apart(
                        room,
                        Stream.concat(
                                        Stream.of("dev.keymgr.command..", "dev.keymgr.daemon"),
                                        Stream.of(ROOMS_OF_THE_DAEMON).filter(other -> !other.equals(room)))
                                .toArray(String[]::new)));
        Stream<ArchRule> floors = Stream.of(
                apart("dev.keymgr.config..", "dev.keymgr.command..", "dev.keymgr.daemon.."),
                apart("dev.keymgr.daemon..", "dev.keymgr.command.."),
                apart(
                        "dev.keymgr.daemon.events..",
                        "dev.keymgr.daemon",
                        "dev.keymgr.daemon.http..",
                        "dev.keymgr.daemon.metrics..",
                        "dev.keymgr.daemon.dashboard.."),
                apart(
                        "dev.keymgr.kit..",
                        "dev.keymgr.command..",
                        "dev.keymgr.config..",
                        "dev.keymgr.daemon..",
                        "dev.keymgr.lifecycle..",
                        "dev.keymgr.hsm..",
                        "dev.keymgr.store.."),
                apart("dev.keymgr.command..", "dev.keymgr.store..", "dev.keymgr.hsm.pkcs11..", "org.quartz.."),
                apart("dev.keymgr.daemon..", "dev.keymgr.store..", "dev.keymgr.hsm.pkcs11.."),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.keymgr.daemon")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.quartz..")
                        .as("only the schedule knows the scheduler"),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.keymgr.daemon.http..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.eclipse.jetty..")
                        .as("only the HTTP room knows the server"));
        return Stream.concat(rooms, floors)
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(PRODUCT)));
    }
}
