import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/** Runs google-java-format over every module's src: {@code check ROOT} fails, {@code fix ROOT} rewrites. */
public final class Format {
    /** Modules lie at most this many folders below the root (agent/engine). */
    private static final int MODULE_DEPTH = 2;

    public static void main(String[] args) throws Exception {
        boolean fix = args[0].equals("fix");
        List<String> command = new ArrayList<>(List.of("--aosp"));
        command.addAll(fix ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
        int options = command.size();
        collect(Path.of(args[1]), MODULE_DEPTH, command);
        if (command.size() == options) return;
        int code =
                ToolProvider.findFirst("google-java-format")
                        .orElseThrow()
                        .run(System.out, System.err, command.toArray(String[]::new));
        if (code != 0) System.err.println("not formatted: run  mvn -N validate -Dformat.mode=fix");
        System.exit(code);
    }

    private static void collect(Path folder, int depth, List<String> into) throws IOException {
        Path src = folder.resolve("src");
        if (Files.isDirectory(src)) {
            try (var walk = Files.walk(src)) {
                walk.map(Path::toString).filter(p -> p.endsWith(".java")).sorted().forEach(into::add);
            }
        } else if (depth > 0) {
            try (var below = Files.list(folder)) {
                for (Path child : below.filter(Files::isDirectory).sorted().toList()) {
                    collect(child, depth - 1, into);
                }
            }
        }
    }
}
