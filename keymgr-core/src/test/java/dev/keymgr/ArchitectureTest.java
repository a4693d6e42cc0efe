package dev.keymgr;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.TokenInitialization;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.token.VerifiedToken;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The floors of the house, and who may call whom. */
final class ArchitectureTest {
    private static final String ROOT = "dev.keymgr";
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static final String[] ADAPTERS = {
        "dev.keymgr.hsm.pkcs11..",
        "dev.keymgr.hsm.pin..",
        "dev.keymgr.store.jdbc..",
        "dev.keymgr.store.file..",
        "dev.keymgr.jwks.file..",
        "dev.keymgr.jwks.http..",
        "dev.keymgr.token.remote.."
    };

    @TestFactory
    Stream<DynamicTest> holdsTheFloors() {
        return Stream.of(
                        classes()
                                .that()
                                .resideInAnyPackage("dev.keymgr.key..", "dev.keymgr.rollover..")
                                .should()
                                .onlyDependOnClassesThat(resideInAnyPackage(
                                        "dev.keymgr.key..",
                                        "dev.keymgr.rollover..",
                                        "java.lang..",
                                        "java.math..",
                                        "java.nio.charset..",
                                        "java.security..",
                                        "java.time..",
                                        "java.util..",
                                        "org.jspecify.."))
                                .as("floor 0 knows JDK value types only"),
                        noClasses()
                                .that()
                                .resideInAPackage("dev.keymgr.key..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("dev.keymgr.rollover.."),
                        noClasses()
                                .that()
                                .resideInAnyPackage(
                                        "dev.keymgr.hsm",
                                        "dev.keymgr.inventory",
                                        "dev.keymgr.audit",
                                        "dev.keymgr.authority",
                                        "dev.keymgr.detection",
                                        "dev.keymgr.incident",
                                        "dev.keymgr.jwks",
                                        "dev.keymgr.json",
                                        "dev.keymgr.token")
                                .should()
                                .dependOnClassesThat(
                                        resideInAnyPackage(ADAPTERS).or(resideInAPackage("dev.keymgr.lifecycle..")))
                                .as("floor 1 knows neither an adapter nor the writer"),
                        noClasses()
                                .that()
                                .resideInAPackage("dev.keymgr.lifecycle..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(ADAPTERS)
                                .as("the writer knows ports, never an adapter"),
                        adaptersDoNotSeeEachOther("dev.keymgr.hsm.pkcs11.."),
                        adaptersDoNotSeeEachOther("dev.keymgr.hsm.pin.."),
                        adaptersDoNotSeeEachOther("dev.keymgr.store.jdbc.."),
                        adaptersDoNotSeeEachOther("dev.keymgr.store.file.."),
                        adaptersDoNotSeeEachOther("dev.keymgr.jwks.file.."),
                        adaptersDoNotSeeEachOther("dev.keymgr.token.remote.."),
                        slices().matching("dev.keymgr.(**)").should().beFreeOfCycles())
                .map(ArchitectureTest::test);
    }

    private static ArchRule adaptersDoNotSeeEachOther(String adapter) {
        return noClasses()
                .that()
                .resideInAPackage(adapter)
                .should()
                .dependOnClassesThat(resideInAnyPackage(ADAPTERS)
                        .and(not(resideInAPackage(adapter)))
                        .or(resideInAPackage("dev.keymgr.lifecycle..")))
                .as(adapter + " sees no other adapter and not the writer");
    }

    @TestFactory
    Stream<DynamicTest> keepsEachPowerInOneRoom() {
        return Stream.of(
                        onlyIn("dev.keymgr.hsm.pkcs11..", "java.security.Provider", "java.security.KeyStore")
                                .as("only hsm.pkcs11 touches providers and key stores"),
                        noClasses()
                                .that(not(resideInAPackage("dev.keymgr.store.jdbc.."))
                                        .and(resideInAPackage("dev.keymgr..")))
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("java.sql..", "javax.sql..", "org.flywaydb..")
                                .as("only store.jdbc touches SQL"),
                        noClasses()
                                .that(not(resideInAPackage("dev.keymgr.hsm.pkcs11..")))
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("com.sun.jna..")
                                .as("only hsm.pkcs11 touches native code"),
                        noClasses()
                                .that(not(resideInAnyPackage("dev.keymgr.hsm.pkcs11..", "dev.keymgr.authority..")))
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("org.bouncycastle..")
                                .as("only hsm.pkcs11 and authority make certificates"),
                        noClasses()
                                .that(not(resideInAPackage("dev.keymgr.json..")))
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("com.fasterxml.jackson..")
                                .as("only json touches Jackson"),
                        onlyTheWriterCalls(Hsm.class, "generate"),
                        onlyTheWriterCalls(Hsm.class, "destroy"),
                        onlyTheWriterCalls(Inventory.class, "replace"),
                        onlyTheWriterCalls(JwksSink.class, "publish"),
                        noClasses()
                                .that()
                                .resideInAPackage("dev.keymgr.lifecycle..")
                                .should()
                                .dependOnClassesThat()
                                .areAssignableTo(TokenInitialization.class)
                                .as("tokens are made at set-up, never in daily work"),
                        noClasses()
                                .that(not(resideInAPackage("dev.keymgr.token..")))
                                .should()
                                .callConstructorWhere(JavaCall.Predicates.target(
                                        HasOwner.Predicates.With.owner(JavaClass.Predicates.type(VerifiedToken.class))))
                                .as("a verified token comes from the verifier alone"))
                .map(ArchitectureTest::test);
    }

    private static ArchRule onlyIn(String room, String... types) {
        return noClasses()
                .that(not(resideInAPackage(room)))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(types[0])
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(types[1]);
    }

    private static ArchRule onlyTheWriterCalls(Class<?> port, String method) {
        return noClasses()
                .that(not(resideInAPackage("dev.keymgr.lifecycle..")))
                .and(not(assignableTo(port))) // one that stands before another passes its calls on
                .should()
                .callMethodWhere(
                        JavaCall.Predicates.target(HasOwner.Predicates.With.owner(JavaClass.Predicates.type(port)))
                                .and(JavaCall.Predicates.target(HasName.Predicates.name(method))))
                .as("only lifecycle calls " + port.getSimpleName() + "." + method);
    }

    @TestFactory
    Stream<DynamicTest> callsThingsByTheirNames() {
        return Stream.of(noClasses()
                        .should()
                        .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Data|Info)$")
                        .as("no name that says nothing"))
                .map(ArchitectureTest::test);
    }

    private static DynamicTest test(ArchRule rule) {
        return DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(PRODUCT));
    }
}
