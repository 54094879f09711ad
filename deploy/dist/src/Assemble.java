import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/// Puts the distribution together: jars, Java runtime, launchers, ahead-of-time caches. Each step
/// leaves a stamp of what it was made from, and is left out where the stamp still fits; so a second
/// build costs a second.
///
/// Arguments: source folder, build folder (holds `jars` and `sources`), version, modules of the
/// runtime.
public final class Assemble {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

    /// Jar names of the programs: what Maven calls them, what they are called here.
    private static final Map<String, String> PROGRAMS =
            Map.of(
                    "holdfast-daemon",
                    "holdfast-agent",
                    "holdfast-server",
                    "holdfast-controller",
                    "holdfast-cli",
                    "holdfast");

    private final Path source;
    private final Path build;
    private final Path home;
    private final String version;
    private final String modules;

    private Assemble(String[] arguments) {
        source = Path.of(arguments[0]);
        build = Path.of(arguments[1]);
        home = build.resolve("holdfast");
        version = arguments[2];
        modules = arguments[3];
    }

    public static void main(String[] arguments) throws Exception {
        new Assemble(arguments).run();
    }

    private void run() throws Exception {
        Files.createDirectories(home.resolve("lib"));
        Files.createDirectories(build.resolve("stamps"));
        String runtime = runtime();
        String jars = jars();
        String launchers = launchers();
        copyShare();
        String all = hash(runtime + jars + launchers);
        // nobody listens on port 1: the call fails, with all of the client loaded
        Path token = Files.writeString(build.resolve("training-token"), "hfo_training\n");
        String ca = "SHA256:" + "A".repeat(43);
        train(
                "holdfast",
                all,
                20,
                List.of(
                        "agent",
                        "list",
                        "--server",
                        "127.0.0.1:1",
                        "--ca-fingerprint",
                        ca,
                        "--token-file",
                        token.toString()));
        train("holdfast-agent", all, 0, List.of("selftest"));
        Path data = build.resolve("training");
        delete(data);
        train(
                "holdfast-controller",
                all,
                0,
                List.of(
                        "serve",
                        "--state-dir",
                        data.toString(),
                        "--listen",
                        "127.0.0.1:0",
                        "--exit-after-start"));
        delete(data);
        Files.writeString(home.resolve("VERSION"), version + "\n");
    }

    // ---- Java runtime

    private String runtime() throws Exception {
        Path jdk = Path.of(System.getProperty("java.home"));
        String stamp = hash(Files.readString(jdk.resolve("release")) + modules);
        Path runtime = home.resolve("runtime");
        if (!fresh("runtime", stamp, runtime.resolve("bin/java"))) {
            delete(runtime);
            run(
                    "jlink",
                    List.of(
                            jdk.resolve("bin/jlink").toString(),
                            "--add-modules",
                            modules,
                            "--strip-java-debug-attributes",
                            "--no-header-files",
                            "--no-man-pages",
                            "--compress",
                            "zip-6",
                            "--generate-cds-archive",
                            "--output",
                            runtime.toString()));
            Files.deleteIfExists(runtime.resolve("lib/server/classes_nocoops.jsa"));
            stamped("runtime", stamp);
        }
        return stamp;
    }

    // ---- jars

    private String jars() throws Exception {
        TreeMap<String, String> made = new TreeMap<>();
        try (var list = Files.list(build.resolve("jars"))) {
            for (Path jar : list.sorted().toList()) {
                String name = jar.getFileName().toString();
                String target = target(name);
                String stamp =
                        hash(Files.readAllBytes(jar))
                                + hash(Files.readAllBytes(source.resolve("Assemble.java")));
                Path to = home.resolve("lib").resolve(target);
                if (!fresh(target, stamp, to)) {
                    make(jar, name, to);
                    stamped(target, stamp);
                }
                made.put(target, stamp);
            }
        }
        try (var list = Files.list(home.resolve("lib"))) {
            for (Path jar : list.filter(p -> p.toString().endsWith(".jar")).toList()) {
                if (!made.containsKey(jar.getFileName().toString())) {
                    Files.delete(jar);
                }
            }
        }
        return hash(made.toString());
    }

    private String target(String name) {
        for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
            if (name.equals(program.getKey() + "-" + version + ".jar")) {
                return program.getValue() + ".jar";
            }
        }
        return name;
    }

    private void make(Path jar, String name, Path to) throws Exception {
        Path fresh = Files.createTempFile(build, "new", ".jar");
        if (name.startsWith("bcp") || name.startsWith("bcutil")) {
            // classes of signed jars cannot enter a cache; OpenJDK asks no JCE provider for a
            // signature
            copy(jar, fresh, entry -> !SIGNATURE.matcher(entry).matches(), true);
        } else if (name.startsWith("zstd-jni")) {
            copy(
                    jar,
                    fresh,
                    entry ->
                            !entry.matches(".*\\.(so|dylib|jnilib|dll)")
                                    || entry.matches("linux/(amd64|aarch64)/.*"),
                    false);
        } else if (name.startsWith("sqlite-jdbc")) {
            copy(
                    jar,
                    fresh,
                    entry ->
                            !entry.startsWith("org/sqlite/native/")
                                    || entry.matches("org/sqlite/native/Linux/(x86_64|aarch64)/.*"),
                    false);
        } else if (name.startsWith("picocli")) {
            picocli(jar, fresh);
        } else {
            Files.copy(jar, fresh, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void copy(Path from, Path to, Predicate<String> keep, boolean plainManifest)
            throws IOException {
        try (JarFile jar = new JarFile(from.toFile(), false);
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
            Manifest manifest = jar.getManifest();
            if (plainManifest) {
                manifest.getEntries().clear();
            }
            add(out, MANIFEST, stream -> manifest.write(stream));
            for (JarEntry entry : jar.stream().toList()) {
                if (!entry.isDirectory()
                        && !entry.getName().equals(MANIFEST)
                        && keep.test(entry.getName())) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        add(out, entry.getName(), in::transferTo);
                    }
                }
            }
        }
    }

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static void add(JarOutputStream out, String name, Content content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTime(0);
        out.putNextEntry(entry);
        content.writeTo(out);
        out.closeEntry();
    }

    /// picocli's classes are of Java 5, too old for a cache: its source is compiled for this Java.
    private void picocli(Path jar, Path to) throws Exception {
        Path work = build.resolve("picocli");
        delete(work);
        Path sources = Files.createDirectories(work.resolve("src"));
        try (var list = Files.list(build.resolve("sources"));
                JarFile all = new JarFile(list.findFirst().orElseThrow().toFile())) {
            for (JarEntry entry :
                    all.stream()
                            .filter(e -> e.getName().matches("picocli/[A-Za-z]+\\.java"))
                            .toList()) {
                Path file = sources.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                try (InputStream in = all.getInputStream(entry)) {
                    Files.copy(in, file);
                }
            }
        }
        Path classes = work.resolve("classes");
        List<String> javac =
                new ArrayList<>(
                        List.of(
                                "-nowarn",
                                "-Xlint:none",
                                "-XDignore.symbol.file",
                                "-g:source,lines",
                                "--release",
                                "25",
                                "-encoding",
                                "UTF-8",
                                "-d",
                                classes.toString()));
        try (var list = Files.walk(sources)) {
            list.filter(p -> p.toString().endsWith(".java"))
                    .map(Path::toString)
                    .forEach(javac::add);
        }
        if (ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, javac.toArray(String[]::new))
                != 0) {
            throw new IOException("picocli did not compile");
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to));
                var list = Files.walk(classes)) {
            add(out, MANIFEST, stream -> manifest.write(stream));
            for (Path file : list.filter(Files::isRegularFile).sorted().toList()) {
                add(out, classes.relativize(file).toString(), stream -> Files.copy(file, stream));
            }
        }
    }

    // ---- launchers and what is only copied

    private String launchers() throws Exception {
        Path bin = Files.createDirectories(home.resolve("bin"));
        byte[] launcher = Files.readAllBytes(source.resolve("launcher"));
        for (String program : new TreeSet<>(PROGRAMS.values())) {
            Path file = bin.resolve(program);
            if (!Files.exists(file) || !MessageDigest.isEqual(Files.readAllBytes(file), launcher)) {
                Files.write(file, launcher);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        return hash(launcher);
    }

    private void copyShare() throws IOException {
        Path from = source.resolve("share");
        try (var list = Files.walk(from)) {
            for (Path file : list.filter(Files::isRegularFile).toList()) {
                Path to = home.resolve("share").resolve(from.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    // ---- caches

    /// Runs a program once by its own launcher (it must end with `exit`), so that cache and later
    /// runs have the same options. A program that cannot be trained works without a cache, only
    /// slower.
    private void train(String program, String stamp, int exit, List<String> arguments)
            throws Exception {
        Path cache = home.resolve("lib").resolve(program + ".aot");
        if (fresh(program + ".aot", stamp, cache)) {
            return;
        }
        Files.deleteIfExists(cache);
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        Path log = build.resolve(program + "-training.log");
        ProcessBuilder process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment().put("HOLDFAST_TRAIN", cache.toString());
        process.environment().remove("HOLDFAST_JAVA_OPTS");
        Process running = process.start();
        boolean done = running.waitFor(120, TimeUnit.SECONDS);
        if (!done) {
            running.destroyForcibly().waitFor();
        }
        if (done && running.exitValue() == exit && Files.exists(cache)) {
            stamped(program + ".aot", stamp);
        } else {
            Files.deleteIfExists(cache);
            System.err.println("dist: no start-up cache for " + program + ", see " + log);
        }
    }

    // ---- helpers of all steps

    private boolean fresh(String what, String stamp, Path made) throws IOException {
        Path file = build.resolve("stamps").resolve(what);
        return Files.exists(made) && Files.exists(file) && Files.readString(file).equals(stamp);
    }

    private void stamped(String what, String stamp) throws IOException {
        Files.writeString(build.resolve("stamps").resolve(what), stamp);
    }

    private static void run(String what, List<String> command)
            throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(what + " failed");
        }
    }

    private static String hash(String text) throws GeneralSecurityException {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
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
                        public FileVisitResult postVisitDirectory(Path dir, IOException e)
                                throws IOException {
                            Files.delete(dir);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
    }
}
