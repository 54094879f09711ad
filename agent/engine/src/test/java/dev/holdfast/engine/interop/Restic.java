package dev.holdfast.engine.interop;

import dev.holdfast.engine.TestRepositories;
import dev.holdfast.engine.Vectors;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One restic binary.
///
/// @param version as `0.19.1`
record Restic(Path binary, String version) {
    /// The zone both sides write times in: its offset is no whole hour.
    static final String ZONE = "Asia/Kathmandu";

    private static final String FOLDER = "HOLDFAST_RESTIC_DIR";
    private static final long TIMEOUT_SECONDS = 180;

    /// All binaries there are; at least the one on the path.
    static List<Restic> all() throws Exception {
        List<Restic> found = new ArrayList<>();
        found.add(of(onPath()));
        String folder = System.getProperty(FOLDER, System.getenv().getOrDefault(FOLDER, ""));
        if (!folder.isEmpty()) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file : files.sorted().toList()) {
                    if (String.valueOf(file.getFileName()).startsWith("restic-")) {
                        found.add(of(file));
                    }
                }
            }
        }
        return found;
    }

    /// Whether this version is at least `major.minor`.
    boolean atLeast(int major, int minor) {
        String[] parts = version.split("\\.", -1);
        int own = Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
        return own >= major * 1000 + minor;
    }

    /// Runs a command on a repository and expects it to succeed.
    ///
    /// @return what it printed
    String run(Path repository, Path directory, String... arguments) throws Exception {
        Path scratch = Files.createDirectories(repository.resolveSibling("restic-scratch"));
        Path password = scratch.resolve("password");
        Files.writeString(password, TestRepositories.PASSWORD);
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(List.of("--repo", repository.toString()));
        command.addAll(List.of("--password-file", password.toString(), "--no-cache"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("TZ", ZONE);
        builder.environment().put("HOME", scratch.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("RESTIC_"));
        return output(builder, scratch);
    }

    /// Id of the root tree of the newest snapshot.
    String latestTree(Path repository) throws Exception {
        String json = run(repository, repository, "snapshots", "--json");
        List<Vectors> snapshots = Vectors.parse(json.getBytes(StandardCharsets.UTF_8)).list();
        return snapshots.getLast().get("tree").text();
    }

    @Override
    public String toString() {
        return "restic " + version;
    }

    private static Restic of(Path binary) throws Exception {
        Path scratch = Files.createTempDirectory("restic-version");
        String text = output(new ProcessBuilder(binary.toString(), "version"), scratch);
        Files.delete(scratch.resolve("output"));
        Files.delete(scratch);
        return new Restic(binary, text.split(" ", -1)[1]);
    }

    private static String output(ProcessBuilder builder, Path scratch)
            throws IOException, InterruptedException {
        Path output = scratch.resolve("output");
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("took too long: " + builder.command());
        }
        String text = Files.readString(output);
        if (process.exitValue() != 0) {
            throw new AssertionError(
                    builder.command() + " exits with " + process.exitValue() + ":\n" + text);
        }
        return text;
    }

    private static Path onPath() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path binary = Path.of(folder, "restic");
            if (Files.isExecutable(binary)) {
                return binary;
            }
        }
        throw new AssertionError(
                "restic is not on the path: install it, these tests compare with it");
    }
}
