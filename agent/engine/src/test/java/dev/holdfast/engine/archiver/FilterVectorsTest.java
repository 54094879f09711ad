package dev.holdfast.engine.archiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.VectorFile;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Targets and `--exclude` patterns give the entries that restic gives.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FilterVectorsTest {
    private static final Map<?, ?> VECTORS = VectorFile.load("filters.json");

    private TestRepository repository;

    @BeforeAll
    void init() throws IOException, InterruptedException {
        repository = new TestRepository();
    }

    @AfterAll
    void close() {
        repository.close();
    }

    /// Cases that use other options than `--exclude` are for whoever adds those.
    static Stream<Map<?, ?>> cases() {
        return VectorFile.list(VECTORS, "cases").stream()
                .<Map<?, ?>>map(element -> (Map<?, ?>) element)
                .filter(
                        vector ->
                                VectorFile.list(vector, "args").stream()
                                        .noneMatch(
                                                argument ->
                                                        argument.equals("--iexclude")
                                                                || argument.equals(
                                                                        "--exclude-file")));
    }

    @Test
    void mostCasesOfTheFileAreCovered() {
        assertThat(cases()).hasSize(67);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void storesWhatResticStores(Map<?, ?> vector) throws IOException, InterruptedException {
        List<String> excludes = new ArrayList<>();
        List<?> arguments = VectorFile.list(vector, "args");
        for (int i = 0; i < arguments.size(); i += 2) {
            assertThat(arguments.get(i)).isEqualTo("--exclude");
            excludes.add((String) arguments.get(i + 1));
        }
        ArchiveOptions options = TestRepository.options().excludes(excludes).build();
        MemoryFileSource source = source(vector);
        String[] targets =
                vector.get("targets") instanceof String target
                        ? new String[] {target}
                        : VectorFile.list(vector, "targets").toArray(new String[0]);
        if (vector.get("exit_code") instanceof Long code && code == 1) {
            assertThatThrownBy(() -> repository.archive(source, options, targets))
                    .isInstanceOf(IllegalArgumentException.class);
            return;
        }

        ArchiveResult result = repository.archive(source, options, targets);

        assertThat(List.copyOf(repository.nodes(result.snapshot()).keySet()))
                .containsExactlyInAnyOrderElementsOf(
                        VectorFile.list(vector, "included").stream()
                                .map(String.class::cast)
                                .toList());
        assertThat(result.snapshot().paths()).isEqualTo(VectorFile.list(vector, "snapshot_paths"));
        assertThat(result.snapshot().excludes())
                .isEqualTo(VectorFile.list(vector, "snapshot_excludes"));
        assertThat(result.isComplete() ? 0L : 3L).isEqualTo(vector.get("exit_code"));
    }

    private static MemoryFileSource source(Map<?, ?> vector) {
        Object directory = vector.get("cwd");
        MemoryFileSource source =
                new MemoryFileSource(directory == null ? "/" : (String) directory);
        for (Object file : VectorFile.list(VECTORS, "tree_files")) {
            source.file(VectorFile.text(VECTORS, "tree_root") + "/" + file, "x");
        }
        return source;
    }
}
