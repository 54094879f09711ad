package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;

/// Walks the hot paths once over a temporary folder: a check of an installation, and what an
/// ahead-of-time cache is trained with.
@Command(
        name = "selftest",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Backs up, checks and restores some made-up files in a temporary folder.")
final class SelftestCommand implements Callable<Integer> {
    private static final int FILES = 40;
    private static final int LARGE = 9 << 20;

    private final Streams streams;

    SelftestCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("holdfast-selftest");
        try {
            return walk(folder);
        } finally {
            delete(folder);
        }
    }

    private int walk(Path folder) throws IOException {
        Path source = Files.createDirectories(folder.resolve("source/below"));
        Random random = new Random(1);
        for (int i = 0; i < FILES; i++) {
            byte[] content = new byte[i == 0 ? LARGE : 1 + random.nextInt(20_000)];
            random.nextBytes(content);
            Files.write(source.resolve("file" + i), content);
        }
        Path password = Files.writeString(folder.resolve("password"), "selftest\n");
        String[] repo = {
            "repo", "-r", folder.resolve("repository").toString(), "-p", password.toString()
        };
        String[][] verbs = {
            {"init", "--json"},
            {"backup", "--json", source.resolve("..").normalize().toString()},
            {"backup", source.resolve("..").normalize().toString()},
            {"snapshots", "--json"},
            {"snapshots"},
            {"ls", "latest"},
            {"check", "--read-data"},
            {
                "restore",
                "latest:" + source.getParent(),
                "--target",
                folder.resolve("target").toString(),
                "--verify"
            },
            {"cat", "config"}
        };
        for (String[] verb : verbs) {
            String[] line = Arrays.copyOf(repo, repo.length + verb.length);
            System.arraycopy(verb, 0, line, repo.length, verb.length);
            int code = AgentCommand.run(streams, line);
            if (code != 0) return code;
        }
        for (int i = 0; i < FILES; i++) {
            Path restored = folder.resolve("target/below/file" + i);
            if (Files.mismatch(source.resolve("file" + i), restored) >= 0) {
                streams.err().println("error: " + restored + " is not what was backed up");
                return ExitCode.ERROR.number();
            }
        }
        streams.out().println("selftest passed");
        return ExitCode.OK.number();
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException e) throws IOException {
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
