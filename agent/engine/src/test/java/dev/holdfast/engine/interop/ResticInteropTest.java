package dev.holdfast.engine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TestRepositories;
import dev.holdfast.engine.TreeCompare;
import dev.holdfast.engine.archiver.ArchiveListener;
import dev.holdfast.engine.archiver.ArchiveOptions;
import dev.holdfast.engine.archiver.ArchiveResult;
import dev.holdfast.engine.archiver.Archiver;
import dev.holdfast.engine.filesystem.LocalFileSource;
import dev.holdfast.engine.filesystem.LocalFileTarget;
import dev.holdfast.engine.maintenance.Check;
import dev.holdfast.engine.maintenance.CheckListener;
import dev.holdfast.engine.maintenance.CheckOptions;
import dev.holdfast.engine.maintenance.CheckReport;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryLock;
import dev.holdfast.engine.repository.UploadOptions;
import dev.holdfast.engine.restorer.RestoreListener;
import dev.holdfast.engine.restorer.RestoreOptions;
import dev.holdfast.engine.restorer.RestoreResult;
import dev.holdfast.engine.restorer.Restorer;
import dev.holdfast.engine.snapshot.SnapshotFilter;
import dev.holdfast.engine.snapshot.SnapshotSummary;
import dev.holdfast.engine.snapshot.Snapshots;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

class ResticInteropTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @MethodSource("binaries")
    void resticReadsWhatOursWrote(Restic restic) throws Exception {
        Path in = source(restic.atLeast(0, 16)); // older ones restore such a link wrongly
        Path repo = folder.resolve("repo");
        try (Repository repository = init(repo)) {
            assertThat(backUp(repository, in, false).failures()).isEmpty();
        }

        assertThat(restic.run(repo, folder, "check", "--read-data"))
                .contains("no errors were found");
        Path out = Files.createDirectory(folder.resolve("out"));
        restic.run(repo, folder, "restore", "latest", "--verify", "--target", out.toString());

        assertThat(TreeCompare.differences(in, out)).isEmpty();
        if (restic.atLeast(0, 18)) {
            assertThat(restic.run(repo, folder, "rewrite", "--exclude", "nothing", "--dry-run"))
                    .contains("no snapshots would be modified");
        }
    }

    @ParameterizedTest
    @MethodSource("binariesAndVersions")
    void oursReadsWhatResticWrote(Restic restic, int version) throws Exception {
        Path in = source(restic.atLeast(0, 16));
        Path repo = resticRepository(restic, version, in);

        Path out = Files.createDirectory(folder.resolve("out"));
        try (Repository repository = open(repo)) {
            CheckReport report = check(repository);
            assertThat(report.hints()).isEmpty();
            assertThat(report.blobsRead()).isGreaterThan(15);
            assertThat(restore(repository, out).failures()).isEmpty();
        }
        assertThat(TreeCompare.differences(in, out)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("binariesAndVersions")
    void bothMakeTheSameTreeAndTheSameChunks(Restic restic, int version) throws Exception {
        Path in = source(restic.atLeast(0, 16));
        Path repo = resticRepository(restic, version, in);
        String expected = restic.latestTree(repo);

        try (Repository repository = open(repo)) {
            ArchiveResult forced = backUp(repository, in, true);
            assertThat(forced.snapshot().tree()).hasToString(expected);
            SnapshotSummary first = forced.snapshot().summary().orElseThrow();
            assertThat(first.dataBlobs()).isZero();
            assertThat(first.treeBlobs()).isZero();

            ArchiveResult compared = backUp(repository, in, false);
            assertThat(compared.snapshot().tree()).hasToString(expected);
            SnapshotSummary second = compared.snapshot().summary().orElseThrow();
            assertThat(second.filesNew() + second.filesChanged()).isZero();
        }
        assertThat(restic.run(repo, folder, "check", "--read-data"))
                .contains("no errors were found");
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void resticCutsByOurPolynomialAsOursDoes(Restic restic) throws Exception {
        Path in = source(restic.atLeast(0, 16));
        Path ours = folder.resolve("ours");
        Path theirs = folder.resolve("theirs");
        ArchiveResult result;
        try (Repository repository = init(ours)) {
            result = backUp(repository, in, false);
        }
        Path password = folder.resolve("password");
        Files.writeString(password, TestRepositories.PASSWORD);
        restic.run(
                theirs,
                folder,
                "init",
                "--from-repo",
                ours.toString(),
                "--from-password-file",
                password.toString(),
                "--copy-chunker-params");
        restic.run(theirs, in, "backup", "src");

        assertThat(result.snapshot().tree()).hasToString(restic.latestTree(theirs));
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void bothWorkOnOneRepositoryInTurn(Restic restic) throws Exception {
        Path in = source(true);
        Path repo = folder.resolve("repo");
        try (Repository repository = init(repo)) {
            backUp(repository, in, false);
        }
        for (int round = 0; round < 2; round++) {
            Files.writeString(in.resolve("src/changing"), "theirs " + round);
            restic.run(repo, in, "backup", "src");
            Files.writeString(in.resolve("src/changing"), "ours " + round);
            try (Repository repository = open(repo)) {
                backUp(repository, in, false);
            }
            restic.run(repo, folder, "tag", "--add", "turn-" + round, "latest");
            restic.run(repo, folder, "forget", "--keep-last", "1", "--prune", "--group-by", "");
            assertThat(restic.run(repo, folder, "check", "--read-data"))
                    .contains("no errors were found");
            Path out = Files.createDirectory(folder.resolve("out-" + round));
            try (Repository repository = open(repo)) {
                assertThat(check(repository).snapshots()).isEqualTo(1);
                assertThat(restore(repository, out).failures()).isEmpty();
            }
            assertThat(TreeCompare.differences(in, out)).isEmpty();
        }
    }

    static List<Restic> binaries() throws Exception {
        return Restic.all();
    }

    static Stream<Arguments> binariesAndVersions() throws Exception {
        return Restic.all().stream()
                .flatMap(restic -> Stream.of(Arguments.of(restic, 1), Arguments.of(restic, 2)));
    }

    /// A folder with nothing in it but `src`, which has the odd files.
    private Path source(boolean rawTarget) throws Exception {
        Path in = folder.resolve("in");
        OddFiles.make(in.resolve("src"), rawTarget);
        return in;
    }

    private Path resticRepository(Restic restic, int version, Path in) throws Exception {
        Path repo = folder.resolve("repo");
        restic.run(repo, folder, "init", "--repository-version", Integer.toString(version));
        restic.run(repo, in, "backup", "src");
        return repo;
    }

    private static Repository init(Path repo) throws Exception {
        return Repository.init(
                TestRepositories.local(repo),
                TestRepositories.secret(),
                TestRepositories.options(2),
                TestRepositories.context());
    }

    private static Repository open(Path repo) throws Exception {
        return Repository.open(
                TestRepositories.local(repo),
                TestRepositories.secret(),
                TestRepositories.context());
    }

    private static ArchiveResult backUp(Repository repository, Path in, boolean force)
            throws Exception {
        ArchiveOptions options =
                ArchiveOptions.builder("test-host", UploadOptions.defaults(2))
                        .user("root", 0, 0)
                        .programVersion("holdfast test")
                        .force(force)
                        .build();
        try (RepositoryLock _ = repository.lock(RepositoryLock.Mode.SHARED, Duration.ZERO);
                LocalFileSource source = new LocalFileSource(in)) {
            return new Archiver(
                            repository.index(),
                            source,
                            options,
                            ArchiveListener.NONE,
                            InstantSource.system(),
                            ZoneId.of(Restic.ZONE))
                    .run(List.of("src".getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static CheckReport check(Repository repository) throws Exception {
        CheckReport report = new Check(repository, CheckListener.NONE).run(new CheckOptions(true));
        assertThat(report.errors()).isEmpty();
        return report;
    }

    private static RestoreResult restore(Repository repository, Path out) throws Exception {
        try (LocalFileTarget target = LocalFileTarget.open(out, new SecureRandom())) {
            return new Restorer(
                            repository.index(),
                            target,
                            RestoreOptions.DEFAULT.withTrusted(true).withVerify(true),
                            RestoreListener.silent())
                    .run(new Snapshots(repository).find(Snapshots.LATEST, SnapshotFilter.ALL), "");
        }
    }
}
