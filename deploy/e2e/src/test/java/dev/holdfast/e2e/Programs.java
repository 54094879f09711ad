package dev.holdfast.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs programs, to their end or in the background, with their output in files.
final class Programs {
    private static final long END_SECONDS = 180;

    private final Path home =
            Path.of(System.getProperty("holdfast.home", "../dist/target/holdfast"))
                    .toAbsolutePath()
                    .normalize();
    private final Path logs;
    private final Map<String, String> environment = new HashMap<>();
    private int count;

    Programs(Path logs) throws IOException {
        this.logs = Files.createDirectories(logs);
        if (!Files.isExecutable(home.resolve("bin/holdfast"))) {
            throw new IllegalStateException(
                    "no distribution in " + home + ": mvn -pl deploy/dist -am package");
        }
    }

    /// What a program left behind.
    record Result(String command, int exit, String out, String err) {
        @Override
        public String toString() {
            return command + "\nexit " + exit + "\n--- out\n" + out + "--- err\n" + err;
        }
    }

    void set(String name, String value) {
        environment.put(name, value);
    }

    /// One of ours by its name, anything else by its path or name.
    Result run(String... command) throws IOException, InterruptedException {
        Path out = logs.resolve(++count + ".out");
        Path err = logs.resolve(count + ".err");
        Process process =
                builder(List.of(command))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IllegalStateException(
                    String.join(" ", command)
                            + " did not end:\n"
                            + Files.readString(out)
                            + Files.readString(err));
        }
        return new Result(
                String.join(" ", command),
                process.exitValue(),
                Files.readString(out),
                Files.readString(err));
    }

    /// Its output goes to `NAME.log`, appended.
    Process start(String name, String... command) throws IOException {
        return builder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()))
                .start();
    }

    Path log(String name) {
        return logs.resolve(name + ".log");
    }

    private ProcessBuilder builder(List<String> command) {
        List<String> full = new ArrayList<>(command);
        if (full.getFirst().startsWith("holdfast")) {
            full.set(0, home.resolve("bin").resolve(full.getFirst()).toString());
        }
        ProcessBuilder builder =
                new ProcessBuilder(full).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().remove("SSH_AUTH_SOCK");
        builder.environment().putAll(environment);
        return builder;
    }
}
