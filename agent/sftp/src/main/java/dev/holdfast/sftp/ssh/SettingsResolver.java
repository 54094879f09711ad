package dev.holdfast.sftp.ssh;

import dev.holdfast.sftp.ssh.HostSettings.AddressFamily;
import dev.holdfast.sftp.ssh.HostSettings.HostKeyPolicy;
import dev.holdfast.sftp.ssh.HostSettings.IdentityFile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns the directives that apply to a host into [HostSettings]: defaults, tokens such as `%h`,
/// and the forms of numbers and times.
final class SettingsResolver {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ALIVE_INTERVAL = Duration.ofSeconds(15);
    private static final int ALIVE_COUNT_MAX = 3;
    private static final Pattern TIME_PART = Pattern.compile("([0-9]{1,9})([sSmMhHdDwW]?)");

    /// In the order in which `ssh` tries them; `sk` identities sign only through the ssh-agent.
    private static final List<String> DEFAULT_IDENTITIES =
            List.of("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_dsa");

    private final SshTarget target;
    private final Map<String, ConfigLine> first;
    private final List<ConfigLine> identityLines;

    SettingsResolver(
            SshTarget target, Map<String, ConfigLine> first, List<ConfigLine> identityLines) {
        this.target = target;
        this.first = first;
        this.identityLines = identityLines;
    }

    HostSettings resolve() throws ConfigSyntaxException {
        String hostName = hostName();
        String user = target.user().orElse(text("user").orElse(target.localUser()));
        int port = target.port().isPresent() ? target.port().getAsInt() : port();
        Optional<String> alias = text("hostkeyalias");
        Tokens tokens =
                new Tokens(
                        target.home(),
                        hostName,
                        target.host(),
                        user,
                        port,
                        target.localUser(),
                        alias);
        Optional<Path> agent = target.agentSocket();
        String agentSource = "SSH_AUTH_SOCK";
        ConfigLine agentLine = first.get("identityagent");
        if (agentLine != null) {
            String value = agentLine.value();
            agentSource = agentLine.source();
            if (value.equalsIgnoreCase("none")) {
                agent = Optional.empty();
            } else if (value.equals("SSH_AUTH_SOCK") || value.equals("$SSH_AUTH_SOCK")) {
                agentSource = "SSH_AUTH_SOCK";
            } else if (value.startsWith("$")) {
                throw new ConfigSyntaxException(
                        agentLine.source() + ": a variable other than SSH_AUTH_SOCK is not known");
            } else {
                agent = Optional.of(tokens.path(value, agentLine.source()));
            }
        }
        List<IdentityFile> identities = identities(tokens);
        Duration alive = duration("serveraliveinterval").orElse(Duration.ZERO);
        return new HostSettings(
                target.host(),
                hostName,
                user,
                port,
                identities,
                !identityLines.isEmpty(),
                flag("identitiesonly"),
                agent,
                agentSource,
                paths("userknownhostsfile", "~/.ssh/known_hosts ~/.ssh/known_hosts2", tokens),
                paths(
                        "globalknownhostsfile",
                        "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2",
                        tokens),
                hostKeyPolicy(),
                alias,
                duration("connecttimeout").filter(value -> !value.isZero()).orElse(CONNECT_TIMEOUT),
                alive.isZero() ? ALIVE_INTERVAL : alive,
                number("serveralivecountmax", ALIVE_COUNT_MAX),
                addressFamily(),
                lists());
    }

    private String hostName() throws ConfigSyntaxException {
        ConfigLine line = first.get("hostname");
        String name =
                line == null
                        ? target.host()
                        : line.value().replace("%h", target.host()).replace("%%", "%");
        return name.toLowerCase(Locale.ROOT);
    }

    private int port() throws ConfigSyntaxException {
        ConfigLine line = first.get("port");
        if (line == null) {
            return HostSettings.DEFAULT_PORT;
        }
        int port = number("port", HostSettings.DEFAULT_PORT);
        if (port < 1 || port > 65535) {
            throw new ConfigSyntaxException(line.source() + ": no port: " + line.value());
        }
        return port;
    }

    private List<IdentityFile> identities(Tokens tokens) throws ConfigSyntaxException {
        Map<Path, IdentityFile> files = new LinkedHashMap<>();
        for (ConfigLine line : identityLines) {
            if (!line.value().equalsIgnoreCase("none")) {
                Path path = tokens.path(line.value(), line.source());
                files.putIfAbsent(path, new IdentityFile(path, line.source()));
            }
        }
        if (identityLines.isEmpty()) {
            for (String name : DEFAULT_IDENTITIES) {
                Path path = target.home().resolve(".ssh").resolve(name);
                files.put(path, new IdentityFile(path, "default identity"));
            }
        }
        return List.copyOf(files.values());
    }

    private List<Path> paths(String keyword, String fallback, Tokens tokens)
            throws ConfigSyntaxException {
        ConfigLine line = first.get(keyword);
        List<String> words = line == null ? List.of(fallback.split(" ")) : line.words();
        List<Path> paths = new ArrayList<>();
        for (String word : words) {
            if (!word.equalsIgnoreCase("none")) {
                paths.add(tokens.path(word, line == null ? "default" : line.source()));
            }
        }
        return List.copyOf(paths);
    }

    private HostKeyPolicy hostKeyPolicy() throws ConfigSyntaxException {
        ConfigLine line = first.get("stricthostkeychecking");
        if (line == null) {
            return HostKeyPolicy.STRICT;
        }
        return switch (line.value().toLowerCase(Locale.ROOT)) {
            case "yes", "true", "ask" -> HostKeyPolicy.STRICT;
            case "accept-new" -> HostKeyPolicy.ACCEPT_NEW;
            case "no", "false", "off" -> HostKeyPolicy.OFF;
            default ->
                    throw new ConfigSyntaxException(
                            line.source() + ": unknown value " + line.value());
        };
    }

    private AddressFamily addressFamily() throws ConfigSyntaxException {
        ConfigLine line = first.get("addressfamily");
        if (line == null) {
            return AddressFamily.ANY;
        }
        return switch (line.value().toLowerCase(Locale.ROOT)) {
            case "any" -> AddressFamily.ANY;
            case "inet" -> AddressFamily.INET;
            case "inet6" -> AddressFamily.INET6;
            default ->
                    throw new ConfigSyntaxException(
                            line.source() + ": unknown value " + line.value());
        };
    }

    private Map<String, String> lists() throws ConfigSyntaxException {
        Map<String, String> lists = new HashMap<>();
        for (String keyword : AlgorithmLists.KEYWORDS) {
            ConfigLine line = first.get(keyword);
            if (line != null) {
                lists.put(keyword, line.value());
            }
        }
        return Map.copyOf(lists);
    }

    private Optional<String> text(String keyword) throws ConfigSyntaxException {
        ConfigLine line = first.get(keyword);
        return line == null ? Optional.empty() : Optional.of(line.value());
    }

    private boolean flag(String keyword) throws ConfigSyntaxException {
        ConfigLine line = first.get(keyword);
        if (line == null) {
            return false;
        }
        return switch (line.value().toLowerCase(Locale.ROOT)) {
            case "yes", "true" -> true;
            case "no", "false" -> false;
            default ->
                    throw new ConfigSyntaxException(
                            line.source() + ": yes or no, not " + line.value());
        };
    }

    private int number(String keyword, int fallback) throws ConfigSyntaxException {
        ConfigLine line = first.get(keyword);
        if (line == null) {
            return fallback;
        }
        if (!line.value().matches("[0-9]{1,9}")) {
            throw new ConfigSyntaxException(line.source() + ": no number: " + line.value());
        }
        return Integer.parseInt(line.value());
    }

    private Optional<Duration> duration(String keyword) throws ConfigSyntaxException {
        ConfigLine line = first.get(keyword);
        if (line == null || line.value().equalsIgnoreCase("none")) {
            return Optional.empty();
        }
        Matcher part = TIME_PART.matcher(line.value());
        long seconds = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            long unit =
                    switch (part.group(2).toLowerCase(Locale.ROOT)) {
                        case "m" -> 60;
                        case "h" -> 3600;
                        case "d" -> 86_400;
                        case "w" -> 604_800;
                        default -> 1;
                    };
            seconds += Long.parseLong(part.group(1)) * unit;
            end = part.end();
        }
        if (end == 0 || end != line.value().length()) {
            throw new ConfigSyntaxException(line.source() + ": no time: " + line.value());
        }
        return Optional.of(Duration.ofSeconds(seconds));
    }
}
