package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// House rules over all files of the source tree. The first two tests can fail; the last one lists
/// what a reviewer should look at.
class TidyTest {
    private static final Pattern SKIPPED =
            Pattern.compile(
                    "@(Disabled|EnabledIf|DisabledIf|EnabledOn|DisabledOn)\\w*|\\bassume(True|False|That)\\(|<skipTests>");
    private static final Pattern EMPTY_WORDS =
            Pattern.compile(
                    "(class|record|interface|enum) \\w*(Manager|Helper|Util|Utils|Impl)\\b");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern FRAGMENT = Pattern.compile("(Added|Changed|Fixed|Security): .+");

    private final Path root =
            Path.of(System.getProperty("holdfast.source", "../..")).toAbsolutePath().normalize();
    private final List<Path> files = new ArrayList<>();

    TidyTest(@TempDir Path logs) throws IOException, InterruptedException {
        Programs.Result listed =
                new Programs(logs)
                        .run("git", "-C", root.toString(), "ls-files", "-co", "--exclude-standard");
        assertThat(listed.exit()).as(listed::toString).isZero();
        listed.out().lines().map(root::resolve).filter(Files::isRegularFile).forEach(files::add);
    }

    @Test
    void everyPackageIsDescribedAndNullMarked() {
        TreeSet<String> bad = new TreeSet<>();
        for (Path file : java()) {
            Path info = file.resolveSibling("package-info.java");
            // tests in a package of the program are marked and described by it
            Path main = Path.of(info.toString().replace("/src/test/", "/src/main/"));
            if (file.toString().contains("/java/") && !isGood(info) && !isGood(main)) {
                bad.add(root.relativize(info).toString());
            }
        }
        assertThat(bad).isEmpty();
    }

    private static boolean isGood(Path info) {
        return Files.exists(info)
                && text(info).contains("@NullMarked")
                && text(info).startsWith("///");
    }

    @Test
    void noTestIsSkipped() {
        List<String> bad = new ArrayList<>();
        for (Path file : files) {
            boolean looked = file.toString().contains("/src/test/") || file.endsWith("pom.xml");
            if (looked && !file.endsWith("TidyTest.java") && SKIPPED.matcher(text(file)).find()) {
                bad.add(root.relativize(file).toString());
            }
        }
        assertThat(bad).isEmpty();
    }

    @Test
    void listsWhatReviewersShouldSee() {
        list("over 500 lines", java(), file -> text(file).lines().count() > 500);
        list(
                "TODO without an issue",
                java(),
                file -> Pattern.compile("TODO(?!\\(#)").matcher(text(file)).find());
        list(
                "Thread.sleep in tests",
                java(),
                file ->
                        file.toString().contains("/src/test/")
                                && text(file).contains("Thread.sleep"));
        list("empty words in type names", java(), file -> EMPTY_WORDS.matcher(text(file)).find());
        list("dead links", named(".md"), TidyTest::hasDeadLink);
        list(
                "odd changelog fragments",
                named(".md"),
                file ->
                        file.toString().contains("changelog/unreleased/")
                                && !text(file)
                                        .lines()
                                        .allMatch(
                                                l ->
                                                        l.isBlank()
                                                                || l.startsWith("  ")
                                                                || FRAGMENT.matcher(l).matches()));
        list(
                "binaries over 256 KiB",
                files,
                file ->
                        !file.toString().contains("testdata")
                                && file.toFile().length() > 256 << 10);
        assertThat(files).isNotEmpty();
    }

    private void list(String what, List<Path> among, Predicate<Path> bad) {
        for (Path file : among) {
            if (!file.endsWith("TidyTest.java") && bad.test(file)) {
                System.out.println("tidy: " + what + ": " + root.relativize(file));
            }
        }
    }

    private List<Path> java() {
        return named(".java");
    }

    private List<Path> named(String end) {
        return files.stream().filter(f -> f.toString().endsWith(end)).toList();
    }

    private static boolean hasDeadLink(Path page) {
        Matcher links = LINK.matcher(text(page));
        while (links.find()) {
            if (!Files.exists(page.resolveSibling(links.group(1)))) {
                return true;
            }
        }
        return false;
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
