package dev.holdfast.server;

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

/// The levels of the controller; a package imports only from levels above it in this table.
class ArchitectureTest {
    private static final String BASE = "dev.holdfast.server.";
    private static final List<List<String>> LEVELS =
            List.of(
                    List.of("failure", "id", "file"),
                    List.of("database"),
                    List.of("account", "enrollment"),
                    List.of("fleet"),
                    List.of("storage"),
                    List.of("run"),
                    List.of("rpc"));
    private static final JavaClasses SERVER =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.holdfast.server");

    static Stream<Arguments> packages() {
        return IntStream.range(0, LEVELS.size())
                .boxed()
                .flatMap(level -> LEVELS.get(level).stream().map(own -> Arguments.of(own, level)));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.holdfast.(**)").should().beFreeOfCycles().check(SERVER);
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
                .resideInAPackage("dev.holdfast.server")
                .check(SERVER);
    }

    @Test
    void protobufStopsAtRpc() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "rpc")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.holdfast.proto..", "com.google.protobuf..")
                .check(SERVER);
    }

    @Test
    void timeIsPassedIn() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Serve")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .check(SERVER);
    }
}
