package dev.holdfast.sftp.ssh;

import dev.holdfast.engine.backend.BackendException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the SSH configuration for one host: `-o` directives, then the user's file, then the
/// system's; for each keyword the first value wins, identity files add up.
///
/// What would change where or as whom a connection goes, and is not carried out here, is an error
/// that names file and line; other unknown directives are passed over. Single use.
final class SshConfig {
    private static final Path SYSTEM_CONFIG = Path.of("/etc/ssh/ssh_config");
    private static final int INCLUDE_DEPTH_MAX = 16;
    private static final String IDENTITY_FILE = "identityfile";

    /// Kept as they stand until [SettingsResolver] turns them into settings.
    private static final Set<String> CARRIED_OUT =
            Set.of(
                    "hostname",
                    "user",
                    "port",
                    "identitiesonly",
                    "identityagent",
                    "userknownhostsfile",
                    "globalknownhostsfile",
                    "stricthostkeychecking",
                    "hostkeyalias",
                    "connecttimeout",
                    "serveraliveinterval",
                    "serveralivecountmax",
                    "addressfamily",
                    "ciphers",
                    "macs",
                    "kexalgorithms",
                    "hostkeyalgorithms");

    /// Not carried out, with the value that makes each harmless; empty: no value does.
    private static final Map<String, String> REFUSED =
            Map.ofEntries(
                    Map.entry("proxycommand", "none"),
                    Map.entry("proxyjump", "none"),
                    Map.entry("certificatefile", "none"),
                    Map.entry("canonicalizehostname", "no"),
                    Map.entry("bindaddress", ""),
                    Map.entry("bindinterface", ""),
                    Map.entry("pkcs11provider", "none"),
                    Map.entry("pubkeyauthentication", "yes"),
                    Map.entry("knownhostscommand", "none"),
                    Map.entry("revokedhostkeys", "none"));

    private static final Map<String, String> REFUSED_HINTS =
            Map.of(
                    "proxycommand",
                    "reach the server directly, or give this storage its own configuration file",
                    "certificatefile",
                    "load the certificate's identity into the ssh-agent, or name a plain identity");

    private final String host;
    private final String localUser;
    private final Path home;
    private final Optional<String> userAskedFor;

    private final Map<String, ConfigLine> first = new HashMap<>();
    private final List<ConfigLine> identityFiles = new ArrayList<>();

    private SshConfig(SshTarget target) {
        host = target.host();
        localUser = target.localUser();
        home = target.home();
        userAskedFor = target.user();
    }

    /// @throws BackendException of kind SSH_CONFIG_UNSUPPORTED
    static HostSettings read(SshTarget target) throws BackendException {
        SshConfig config = new SshConfig(target);
        try {
            config.readAll(target);
            return new SettingsResolver(target, config.first, config.identityFiles).resolve();
        } catch (ConfigSyntaxException e) {
            throw new BackendException(
                    BackendException.Kind.SSH_CONFIG_UNSUPPORTED,
                    "the SSH configuration for " + target.host() + ": " + e.getMessage(),
                    "change the line, or give this storage its own configuration file",
                    e);
        }
    }

    private void readAll(SshTarget target) throws ConfigSyntaxException, BackendException {
        for (String directive : target.directives()) {
            Optional<ConfigLine> line = ConfigLine.parse(directive, "option \"" + directive + "\"");
            if (line.isPresent()) {
                apply(line.get());
            }
        }
        if (target.configFile().isPresent()) {
            Path file = target.configFile().get();
            if (!file.toString().equals("none")) {
                if (!Files.isReadable(file)) {
                    throw new ConfigSyntaxException("cannot read " + file);
                }
                readFile(file, home.resolve(".ssh"), true, 0);
            }
            return;
        }
        readIfThere(home.resolve(".ssh/config"), home.resolve(".ssh"));
        readIfThere(SYSTEM_CONFIG, SYSTEM_CONFIG.resolveSibling("."));
    }

    private void readIfThere(Path file, Path includeBase)
            throws ConfigSyntaxException, BackendException {
        if (Files.exists(file)) {
            readFile(file, includeBase, true, 0);
        }
    }

    /// @param outer whether the block that includes this file matches
    private void readFile(Path file, Path includeBase, boolean outer, int depth)
            throws ConfigSyntaxException, BackendException {
        List<String> lines;
        try {
            lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new BackendException(
                    BackendException.Kind.SSH_CONFIG_UNSUPPORTED,
                    "cannot read the SSH configuration " + file + ": " + e.getMessage(),
                    "let the agent's account read it, or name another file for this storage",
                    e);
        }
        boolean active = outer;
        int number = 0;
        for (String text : lines) {
            number++;
            Optional<ConfigLine> parsed = ConfigLine.parse(text, file + " line " + number);
            if (parsed.isEmpty()) {
                continue;
            }
            ConfigLine line = parsed.get();
            switch (line.keyword()) {
                case "host" -> active = outer && HostPattern.matchesList(line.words(), host);
                case "match" -> active = outer && matches(line);
                case "include" -> {
                    if (active) {
                        include(line, includeBase, depth);
                    }
                }
                default -> {
                    if (active) {
                        apply(line);
                    }
                }
            }
        }
    }

    private void include(ConfigLine line, Path base, int depth)
            throws ConfigSyntaxException, BackendException {
        if (depth + 1 > INCLUDE_DEPTH_MAX) {
            throw new ConfigSyntaxException(line.source() + ": includes are nested too deeply");
        }
        for (String word : line.words()) {
            Path pattern = base.resolve(expandHome(word)).normalize();
            for (Path file : glob(pattern)) {
                readFile(file, base, true, depth + 1);
            }
        }
    }

    /// Wildcards may stand in the last part of the path.
    private static List<Path> glob(Path pattern) {
        Path folder = pattern.getParent();
        Path name = pattern.getFileName();
        List<Path> files = new ArrayList<>();
        if (folder == null || name == null) {
            return files;
        }
        if (!name.toString().matches(".*[*?\\[].*")) {
            if (Files.isReadable(pattern)) {
                files.add(pattern);
            }
            return files;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, name.toString())) {
            found.forEach(
                    file -> {
                        boolean hidden = file.getFileName().toString().startsWith(".");
                        if (!Files.isDirectory(file) && !hidden) {
                            files.add(file);
                        }
                    });
        } catch (IOException e) {
            return files; // a folder that is not there includes nothing, as with ssh
        }
        files.sort(null);
        return files;
    }

    private String expandHome(String word) {
        return word.startsWith("~/") ? home.resolve(word.substring(2)).toString() : word;
    }

    /// Carries out `all`, `host`, `originalhost`, `user` and `localuser`.
    private boolean matches(ConfigLine line) throws ConfigSyntaxException {
        boolean result = true;
        List<String> words = line.words();
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at++).toLowerCase(Locale.ROOT);
            boolean negated = word.startsWith("!");
            String criterion = negated ? word.substring(1) : word;
            if (criterion.equals("all") && words.size() == 1) {
                return !negated;
            }
            if (at == words.size()) {
                throw refusedMatch(line, criterion);
            }
            List<String> patterns = List.of(words.get(at++).split(","));
            String subject =
                    switch (criterion) {
                        case "host" -> hostNameSoFar();
                        case "originalhost" -> host;
                        case "user" -> userSoFar();
                        case "localuser" -> localUser;
                        default -> throw refusedMatch(line, criterion);
                    };
            result &= HostPattern.matchesList(patterns, subject) != negated;
        }
        return result;
    }

    private static ConfigSyntaxException refusedMatch(ConfigLine line, String criterion) {
        return new ConfigSyntaxException(
                line.source() + ": \"Match " + criterion + "\" is not supported");
    }

    private String hostNameSoFar() {
        ConfigLine line = first.get("hostname");
        return line == null ? host : line.rest().replace("%h", host);
    }

    private String userSoFar() {
        ConfigLine line = first.get("user");
        return userAskedFor.orElse(line == null ? localUser : line.rest());
    }

    private void apply(ConfigLine line) throws ConfigSyntaxException {
        String keyword = line.keyword();
        if (keyword.equals(IDENTITY_FILE)) {
            line.value();
            identityFiles.add(line);
            return;
        }
        if (CARRIED_OUT.contains(keyword)) {
            line.value();
            first.putIfAbsent(keyword, line);
            return;
        }
        String harmless = REFUSED.get(keyword);
        if (harmless == null || first.putIfAbsent(keyword, line) != null) {
            return;
        }
        boolean proxyIsNone =
                keyword.startsWith("proxy")
                        && (first.containsKey("proxycommand") && first.containsKey("proxyjump"));
        if (!proxyIsNone && !line.rest().equalsIgnoreCase(harmless)) {
            String hint = REFUSED_HINTS.get(keyword);
            throw new ConfigSyntaxException(
                    line.source()
                            + ": "
                            + keyword
                            + " is not supported"
                            + (hint == null ? "" : "; " + hint));
        }
    }
}
