package dev.holdfast.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TreeCompare;
import dev.holdfast.engine.archiver.ArchiveResult;
import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.LocalBackend;
import dev.holdfast.engine.backend.MemoryBackend;
import dev.holdfast.engine.restorer.RestoreOptions;
import dev.holdfast.engine.restorer.RestoreResult;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// What was read is what is restored, of every kind of file. Runs as root.
final class RoundTripTest {
    private static final RestoreOptions OPTIONS =
            RestoreOptions.DEFAULT.withTrusted(true).withVerify(true);

    @TempDir private Path temp;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everythingComesBackAsItWas(boolean memory) throws Exception {
        Path source = temp.resolve("source");
        SampleTree.everything(source);
        Backend backend =
                memory
                        ? new MemoryBackend()
                        : new LocalBackend(temp.resolve("repository"), new SplittableRandom(1));
        Engine engine = new Engine(backend).init();
        ArchiveResult first = engine.backup(source);
        assertThat(first.failures()).isEmpty();
        Path restored = temp.resolve("restored");
        RestoreResult result = engine.restore(first.id(), source, restored, OPTIONS);
        assertThat(result.failures()).isEmpty();
        assertThat(TreeCompare.differences(source, restored)).isEmpty();
        assertThat(allocatedBytes(restored.resolve("plain/sparse"))).isLessThan(500_000);

        RestoreResult again = engine.restore(first.id(), source, restored, OPTIONS);
        assertThat(again.failures()).isEmpty();
        assertThat(TreeCompare.differences(source, restored)).isEmpty();
        assertThat(again.bytes()).isLessThan(100); // hard links are made anew

        Files.writeString(source.resolve("plain/hello"), "changed");
        Files.delete(source.resolve("plain/copy"));
        Files.createDirectory(source.resolve("plain/copy"));
        ArchiveResult second = engine.backup(source);
        Path restoredAgain = temp.resolve("restoredAgain");
        assertThat(engine.restore(second.id(), source, restoredAgain, OPTIONS).failures())
                .isEmpty();
        assertThat(TreeCompare.differences(source, restoredAgain)).isEmpty();

        Path firstAgain = temp.resolve("firstAgain");
        engine.restore(first.id(), source, firstAgain, OPTIONS);
        assertThat(TreeCompare.differences(restored, firstAgain)).isEmpty();
        assertThat(engine.errors()).isEmpty();
    }

    private static long allocatedBytes(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return 512 * Long.parseLong(blocks.strip());
    }
}
