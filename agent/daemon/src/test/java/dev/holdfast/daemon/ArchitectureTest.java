package dev.holdfast.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class ArchitectureTest {
    private static final String ROOT = "dev.holdfast.daemon";
    private static final String BASE = ROOT + ".";

    /// Lowest first. A package imports only from levels below its own; `Main` is above them all.
    private static final List<List<String>> LEVELS =
            List.of(
                    List.of("failure"),
                    List.of("state", "policy"),
                    List.of("enrollment", "storage"),
                    List.of("operation"),
                    List.of("task"),
                    List.of("session"),
                    List.of("process"),
                    List.of("cli"));

    private static final JavaClasses DAEMON =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.holdfast.(**)").should().beFreeOfCycles().check(DAEMON);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void importsOnlyFromLevelsBelow(String own, int level) {
        String[] forbidden =
                LEVELS.subList(level, LEVELS.size()).stream()
                        .flatMap(List::stream)
                        .filter(other -> !other.equals(own))
                        .map(other -> BASE + other + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(BASE + own + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(DAEMON);
    }

    @Test
    void everyPackageHasALevel() {
        String[] known =
                Stream.concat(
                                Stream.of(ROOT),
                                LEVELS.stream().flatMap(List::stream).map(own -> BASE + own + ".."))
                        .toArray(String[]::new);
        noClasses().should().resideOutsideOfPackages(known).check(DAEMON);
    }

    /// The wire's stubs and TLS belong to the session and to enrollment.
    @Test
    void onlySessionAndEnrollmentTalkToTheController() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + "session", BASE + "enrollment")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.netty..")
                .check(DAEMON);
    }

    /// Clocks come from the command line; everything below is given one.
    @Test
    void timeIsPassedIn() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "cli")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .check(DAEMON);
    }

    static Stream<Arguments> packages() {
        return IntStream.range(0, LEVELS.size())
                .boxed()
                .flatMap(level -> LEVELS.get(level).stream().map(own -> Arguments.of(own, level)));
    }
}
