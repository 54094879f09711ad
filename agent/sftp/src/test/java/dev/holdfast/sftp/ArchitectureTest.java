package dev.holdfast.sftp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The house rules of this module.
class ArchitectureTest {
    private static final String BASE = "dev.holdfast.sftp";

    /// Private packages, lowest first; the root package stands above them all.
    private static final List<String> LEVELS = List.of("ssh", "transfer", "probe");

    private static final JavaClasses SFTP =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(BASE);

    static List<String> levels() {
        return LEVELS;
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.holdfast.(**)").should().beFreeOfCycles().check(SFTP);
    }

    @ParameterizedTest
    @MethodSource("levels")
    void importsOnlyFromLevelsBelow(String own) {
        List<String> forbidden = new ArrayList<>(List.of(BASE));
        LEVELS.subList(LEVELS.indexOf(own) + 1, LEVELS.size())
                .forEach(above -> forbidden.add(BASE + "." + above));
        noClasses()
                .that()
                .resideInAPackage(BASE + "." + own)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.toArray(String[]::new))
                .check(SFTP);
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
                .check(SFTP);
    }

    @Test
    void engineIsUsedForItsContractOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.holdfast.engine.repository..",
                        "dev.holdfast.engine.archiver..",
                        "dev.holdfast.engine.restorer..")
                .check(SFTP);
    }
}
