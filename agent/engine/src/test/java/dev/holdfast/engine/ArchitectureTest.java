package dev.holdfast.engine;

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
    private static final String BASE = "dev.holdfast.engine.";

    /// Lowest first. A package imports only from levels below its own.
    private static final List<List<String>> LEVELS =
            List.of(
                    List.of("id"),
                    List.of("crypto", "chunker", "json", "concurrent"),
                    List.of("backend"),
                    List.of("repository"),
                    List.of("snapshot"),
                    List.of("filesystem"),
                    List.of("archiver", "restorer", "maintenance"));

    private static final List<String> WITH_PRIVATE_SUBPACKAGES =
            List.of("repository", "filesystem");

    private static final JavaClasses ENGINE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.holdfast.engine");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.holdfast.(**)").should().beFreeOfCycles().check(ENGINE);
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
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void everyPackageHasALevel() {
        String[] known =
                LEVELS.stream()
                        .flatMap(List::stream)
                        .map(own -> BASE + own + "..")
                        .toArray(String[]::new);
        noClasses().should().resideOutsideOfPackages(known).check(ENGINE);
    }

    @ParameterizedTest
    @MethodSource("withPrivateSubpackages")
    void privateSubpackagesStayPrivate(String own) {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + own + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + own + ".*..")
                .check(ENGINE);
    }

    @Test
    void indexKnowsPackAndNeitherKnowsRepository() {
        noClasses()
                .that()
                .resideInAPackage(BASE + "repository.pack")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + "repository.index")
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void timeIsPassedIn() {
        noClasses()
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
                .check(ENGINE);
    }

    static Stream<Arguments> packages() {
        return IntStream.range(0, LEVELS.size())
                .boxed()
                .flatMap(level -> LEVELS.get(level).stream().map(own -> Arguments.of(own, level)));
    }

    static Stream<String> withPrivateSubpackages() {
        return WITH_PRIVATE_SUBPACKAGES.stream();
    }
}
