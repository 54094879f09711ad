package dev.holdfast.cli;

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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class ArchitectureTest {
    private static final String BASE = "dev.holdfast.cli.";

    /// Lowest first; packages of one level never import each other.
    private static final List<List<String>> LEVELS =
            List.of(
                    List.of("output"),
                    List.of("failure", "token"),
                    List.of("context"),
                    List.of("rpc"),
                    List.of("run"),
                    List.of("command"));

    private static final JavaClasses CLI =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.holdfast.cli");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.holdfast.(**)").should().beFreeOfCycles().check(CLI);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void importsOnlyFromLevelsBelow(String own, int level) {
        String[] forbidden =
                LEVELS.subList(level, LEVELS.size()).stream()
                        .flatMap(List::stream)
                        .filter(p -> !p.equals(own))
                        .map(p -> BASE + p + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(BASE + own + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("dev.holdfast.cli")
                .check(CLI);
    }

    static Stream<Arguments> packages() {
        List<Arguments> all = new ArrayList<>();
        for (int level = 0; level < LEVELS.size(); level++) {
            for (String name : LEVELS.get(level)) {
                all.add(Arguments.of(name, level));
            }
        }
        return all.stream();
    }

    @Test
    void knowsOfTheProjectOnlyTheWire() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.holdfast.engine..",
                        "dev.holdfast.sftp..",
                        "dev.holdfast.daemon..",
                        "dev.holdfast.server..")
                .check(CLI);
    }

    @Test
    void timeIsPassedIn() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Main")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .check(CLI);
    }
}
