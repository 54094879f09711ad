package dev.holdfast.cli.context;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.token.PrivateFile;
import dev.holdfast.proto.v1.Failure;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The contexts of this operator, in one private file of `key = value` lines.
public final class Contexts {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final String IN_USE = "in-use";

    private final Path file;

    public Contexts(Path file) {
        this.file = file;
    }

    public SortedSet<String> names() throws CommandFailure {
        SortedSet<String> names = new TreeSet<>();
        for (String key : read().stringPropertyNames()) {
            int dot = key.indexOf('.');
            if (dot > 0) {
                names.add(key.substring(0, dot));
            }
        }
        return names;
    }

    /// Name of the context in use; empty where there is none.
    public String inUse() throws CommandFailure {
        return read().getProperty(IN_USE, "");
    }

    public Overrides get(String name) throws CommandFailure {
        Properties all = read();
        if (!names().contains(name)) {
            throw CommandFailure.of(
                    Failure.Code.NOT_FOUND,
                    "no context \"" + name + "\"",
                    "see them with  holdfast context list");
        }
        return new Overrides(
                name,
                all.getProperty(name + ".server", ""),
                all.getProperty(name + ".ca-file", ""),
                all.getProperty(name + ".ca-fingerprint", ""),
                all.getProperty(name + ".token-file", ""));
    }

    /// Adds or changes a context; the first one is used from then on.
    public void set(String name, Overrides values) throws CommandFailure {
        if (!NAME.matcher(name).matches()) {
            throw CommandFailure.of(
                    Failure.Code.INVALID_ARGUMENT,
                    "\"" + name + "\" is no name for a context",
                    "use letters, digits, - and _, at most 63");
        }
        Properties all = read();
        put(all, name + ".server", values.server());
        put(all, name + ".ca-file", values.caFile());
        put(all, name + ".ca-fingerprint", values.caFingerprint());
        put(all, name + ".token-file", values.tokenFile());
        all.putIfAbsent(IN_USE, name);
        write(all);
    }

    public void use(String name) throws CommandFailure {
        Properties all = read();
        all.setProperty(IN_USE, get(name).context());
        write(all);
    }

    private static void put(Properties all, String key, String value) {
        if (value.isEmpty()) {
            all.remove(key);
        } else {
            all.setProperty(key, value);
        }
    }

    /// The controller to talk to: options before environment before the context they name, or else
    /// the one in use.
    public Context resolve(Overrides options, Overrides environment) throws CommandFailure {
        Overrides given = options.orElse(environment);
        String name = given.context().isEmpty() ? inUse() : given.context();
        Overrides all = name.isEmpty() ? given : given.orElse(get(name));
        try {
            return new Context(
                    ServerAddress.parse(
                            needed(
                                    all.server(),
                                    "address of the controller",
                                    "--server, HOLDFAST_SERVER")),
                    trust(all),
                    Path.of(
                            needed(
                                    all.tokenFile(),
                                    "operator token",
                                    "--token-file, HOLDFAST_TOKEN_FILE")));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.of(
                    Failure.Code.INVALID_ARGUMENT,
                    String.valueOf(e.getMessage()),
                    "correct it with  holdfast context set",
                    e);
        }
    }

    private static Trust trust(Overrides all) throws CommandFailure {
        if (!all.caFingerprint().isEmpty()) {
            return new Trust.Fingerprint(all.caFingerprint());
        }
        return new Trust.CaFile(
                Path.of(
                        needed(
                                all.caFile(),
                                "CA of the controller",
                                "--ca-file, HOLDFAST_CA_FILE")));
    }

    private static String needed(String value, String what, String where) throws CommandFailure {
        if (value.isEmpty()) {
            throw CommandFailure.of(
                    Failure.Code.INVALID_ARGUMENT,
                    "no " + what + " is known",
                    "name it ("
                            + where
                            + ") or keep it:\n"
                            + "holdfast context set NAME --server HOST:PORT --ca-file FILE"
                            + " --token-file FILE");
        }
        return value;
    }

    private Properties read() throws CommandFailure {
        Properties all = new Properties();
        try {
            if (Files.exists(file)) {
                all.load(new StringReader(Files.readString(file)));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.of(
                    Failure.Code.INTERNAL,
                    "cannot read the contexts in " + file,
                    "check the file and its owner",
                    e);
        }
        return all;
    }

    private void write(Properties all) throws CommandFailure {
        StringBuilder text = new StringBuilder();
        for (String key : new TreeSet<>(all.stringPropertyNames())) {
            text.append(key)
                    .append(" = ")
                    .append(all.getProperty(key).replace("\\", "\\\\"))
                    .append('\n');
        }
        try {
            PrivateFile.replace(file, text.toString());
        } catch (IOException e) {
            throw CommandFailure.of(
                    Failure.Code.INTERNAL,
                    "cannot write the contexts to " + file,
                    "check folder and free space",
                    e);
        }
    }
}
