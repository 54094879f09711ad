package dev.holdfast.daemon.policy;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.PolicySummary;
import dev.holdfast.proto.v1.StorageSpec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Says of one order whether this host allows it. Thread-safe.
///
/// Every method returns or throws [FailureException] with `REFUSED_BY_AGENT` and, as hint, the line
/// of `agent.toml` that would allow what was asked for. Checks touch nothing but symlinks of this
/// host.
public final class Policy {
    /// What a backup may be given to read.
    ///
    /// @param excludes patterns for the parts of the paths that this host never hands out
    public record BackupGrant(List<String> excludes) {}

    /// How a storage may be reached.
    ///
    /// @param hostKeys pins to hold the server to; empty: known_hosts decide alone
    public record StorageGrant(StorageRule rule, List<String> hostKeys) {}

    /// Directives that decide whom we connect to or how a server is checked; from the controller
    /// they count only where this host has pinned the server's key itself.
    private static final Set<String> TRUST_OPTIONS =
            Set.of(
                    "stricthostkeychecking",
                    "userknownhostsfile",
                    "globalknownhostsfile",
                    "hostkeyalias",
                    "verifyhostkeydns",
                    "updatehostkeys",
                    "checkhostip",
                    "revokedhostkeys",
                    "nohostauthenticationforlocalhost");

    /// Directives that run programs or read other files; never from the controller.
    private static final Set<String> FORBIDDEN_OPTIONS =
            Set.of(
                    "include",
                    "match",
                    "proxycommand",
                    "knownhostscommand",
                    "localcommand",
                    "permitlocalcommand",
                    "pkcs11provider",
                    "securitykeyprovider",
                    "sendenv",
                    "setenv");

    private final AllowSection allow;
    private final List<Path> privateFolders;
    private final OrderRates runs;
    private final OrderRates restores;

    /// A policy that counts orders by this clock.
    ///
    /// @param privateFolders the agent's own folders, never handed out and never written to
    public Policy(AllowSection allow, List<Path> privateFolders, InstantSource clock) {
        this.allow = allow;
        this.privateFolders = List.copyOf(privateFolders);
        this.runs = new OrderRates(allow.runsPerHour(), clock);
        this.restores = new OrderRates(allow.restoresPerHour(), clock);
    }

    /// A copy for people to read.
    public PolicySummary summary() {
        return PolicySummary.newBuilder()
                .addAllBackupPaths(allow.backupPaths())
                .addAllNeverPaths(allow.neverPaths())
                .addAllRestoreRoots(allow.restoreRoots())
                .setOverwrite(allow.overwrite())
                .setBrowse(allow.browse())
                .addAllStorages(allow.storages().stream().map(StorageRule::name).toList())
                .build();
    }

    /// Every path must be inside `backup_paths` and outside `never_paths`.
    public BackupGrant checkBackup(List<String> paths) throws FailureException {
        if (paths.isEmpty()) {
            throw new FailureException(
                    Failure.Code.INVALID_ARGUMENT, "a backup without a path", "name a path");
        }
        List<HostPath> never = neverPaths();
        List<String> excludes = new ArrayList<>();
        for (String text : paths) {
            HostPath path = parse(text);
            HostPath real = resolve(path, false);
            if (!isInside(real, allow.backupPaths())) {
                throw refused(
                        "this host does not allow to back up " + text,
                        allow.line("allow.backup_paths")
                                + ": add \""
                                + text
                                + "\" to backup_paths under [allow] and restart the agent");
            }
            for (HostPath hidden : never) {
                if (real.isWithin(hidden)) {
                    throw refused(
                            "this host never hands out " + text + ": it is inside " + hidden,
                            allow.line("allow.never_paths") + ": never_paths wins over all else");
                }
                if (hidden.isWithin(real)) {
                    excludes.add(escape(seenFrom(hidden, real, path)));
                }
            }
        }
        return new BackupGrant(excludes);
    }

    /// The target must be inside `restore_roots`.
    public void checkRestore(String target, boolean overwrite) throws FailureException {
        HostPath real = resolve(parse(target), true);
        for (Path folder : privateFolders) {
            if (real.isWithin(resolve(parse(folder.toString()), true))) {
                throw refused(
                        "nothing is restored into the agent's own folder " + folder,
                        "choose another target");
            }
        }
        if (!isInside(real, allow.restoreRoots())) {
            throw refused(
                    "this host does not allow to restore to " + target,
                    allow.line("allow.restore_roots")
                            + ": add \""
                            + target
                            + "\" to restore_roots under [allow] and restart the agent");
        }
        if (overwrite && !allow.overwrite()) {
            throw refused(
                    "this host does not allow a restore to replace files in " + target,
                    allow.line("allow.overwrite")
                            + ": set overwrite = true under [allow], or restore to a new folder");
        }
    }

    public boolean trustedRestore() {
        return allow.trustedRestore();
    }

    /// Sockets of ssh-agents that orders may name; empty: those of the host's own ssh_config.
    public List<String> sshAgentSockets() {
        return allow.sshAgentSockets();
    }

    /// Listing snapshots and names for the controller.
    public void checkBrowse() throws FailureException {
        if (!allow.browse()) {
            throw refused(
                    "this host does not allow its snapshots to be browsed from the controller",
                    allow.line("allow.browse") + ": set browse = true under [allow]");
        }
    }

    /// The place must be inside one storage, and the pins of host and controller must agree.
    public StorageGrant checkStorage(StorageSpec spec, StoragePlace place) throws FailureException {
        Optional<StorageRule> found =
                allow.storages().stream().filter(rule -> rule.covers(place)).findFirst();
        StorageRule rule = found.orElseThrow(() -> storageRefused(place));
        List<String> pins = pins(spec, rule);
        for (String option : spec.getSshOptionsList()) {
            checkOption(spec, rule, option);
        }
        return new StorageGrant(rule, pins);
    }

    /// Counts one backup or init against `orders_per_hour`.
    public void takeRun() throws FailureException {
        take(runs, "run");
    }

    /// Counts one restore against `orders_per_hour`.
    public void takeRestore() throws FailureException {
        take(restores, "restore");
    }

    private void take(OrderRates rates, String key) throws FailureException {
        if (!rates.tryAcquire()) {
            throw refused(
                    "this host takes at most "
                            + rates.perHour()
                            + " orders of kind "
                            + key
                            + " an hour",
                    allow.line("allow.orders_per_hour")
                            + ": raise "
                            + key
                            + " in orders_per_hour under [allow], or wait");
        }
    }

    private List<String> pins(StorageSpec spec, StorageRule rule) throws FailureException {
        List<String> asked = spec.getHostKeysList();
        if (rule.hostKeys().isEmpty()) return asked;
        if (asked.isEmpty()) return rule.hostKeys();
        List<String> both = rule.hostKeys().stream().filter(asked::contains).toList();
        if (both.isEmpty()) {
            throw refused(
                    "storage "
                            + spec.getName()
                            + " is pinned to other host keys than this host allows: "
                            + String.join(", ", asked),
                    allow.line("allow.storages")
                            + ": host_keys of storage \""
                            + rule.name()
                            + "\" would have to name one of them");
        }
        return both;
    }

    private void checkOption(StorageSpec spec, StorageRule rule, String option)
            throws FailureException {
        int end = 0;
        while (end < option.length() && " \t=".indexOf(option.charAt(end)) < 0) end++;
        String name = option.substring(0, end).toLowerCase(Locale.ROOT);
        if (FORBIDDEN_OPTIONS.contains(name)) {
            throw refused(
                    "storage " + spec.getName() + " asks for the ssh option " + option,
                    "write it into the ssh_config of this host; orders cannot set it");
        }
        if (TRUST_OPTIONS.contains(name) && rule.hostKeys().isEmpty()) {
            throw refused(
                    "storage "
                            + spec.getName()
                            + " asks for the ssh option "
                            + option
                            + ", which weakens how the server is checked",
                    allow.line("allow.storages")
                            + ": pin the server with host_keys in storage \""
                            + rule.name()
                            + "\", or write the option into the ssh_config of this host");
        }
        if (name.equals("identityagent")) checkSocket(spec, option.substring(end));
    }

    private void checkSocket(StorageSpec spec, String value) throws FailureException {
        String socket = value.strip();
        if (socket.startsWith("=")) socket = socket.substring(1).strip();
        if (!allow.sshAgentSockets().contains(socket)) {
            throw refused(
                    "storage " + spec.getName() + " asks for the ssh-agent at " + socket,
                    allow.line("allow.ssh_agent_sockets")
                            + ": add \""
                            + socket
                            + "\" to ssh_agent_sockets under [allow]");
        }
    }

    private FailureException storageRefused(StoragePlace place) {
        String entry =
                place.isLocal()
                        ? "path_prefix = \"" + place.path() + "\""
                        : "host = \""
                                + place.host()
                                + "\", port = "
                                + place.port()
                                + ", user = \""
                                + place.user()
                                + "\", path_prefix = \""
                                + place.path()
                                + "\"";
        return refused(
                "this host does not allow the storage " + place,
                allow.line("allow.storages")
                        + ": a [[allow.storages]] with name = \"…\", "
                        + entry
                        + ", use = [\"repository\"] would");
    }

    private List<HostPath> neverPaths() throws FailureException {
        List<HostPath> never = new ArrayList<>();
        for (String path : allow.neverPaths()) {
            never.add(resolve(parse(path), false));
            never.add(resolve(parse(path), true));
        }
        for (Path folder : privateFolders) {
            never.add(resolve(parse(folder.toString()), true));
        }
        return never.stream().distinct().toList();
    }

    private static boolean isInside(HostPath path, List<String> folders) throws FailureException {
        for (String folder : folders) {
            HostPath parsed = parse(folder);
            if (path.isWithin(resolve(parsed, false)) || path.isWithin(resolve(parsed, true))) {
                return true;
            }
        }
        return false;
    }

    private static HostPath parse(String path) throws FailureException {
        try {
            return HostPath.parse(path);
        } catch (IllegalArgumentException e) {
            throw refused("the path \"" + path + "\" " + e.getMessage(), "name an absolute path");
        }
    }

    private static HostPath resolve(HostPath path, boolean wholly) throws FailureException {
        try {
            return wholly ? path.resolved() : path.withParentsResolved();
        } catch (IOException e) {
            throw refused("the path " + path + " cannot be resolved: " + e.getMessage(), "");
        }
    }

    /// A hidden path below `real`, as the walk from `asked` meets it.
    private static String seenFrom(HostPath hidden, HostPath real, HostPath asked) {
        List<String> parts = new ArrayList<>(asked.components());
        parts.addAll(
                hidden.components().subList(real.components().size(), hidden.components().size()));
        return new HostPath(parts).toString();
    }

    /// So that a name with a star is a name, not a pattern.
    private static String escape(String path) {
        return path.replaceAll("([\\\\*?\\[\\]])", "\\\\$1");
    }

    private static FailureException refused(String message, String hint) {
        return new FailureException(
                FailureReport.of(Failure.Code.REFUSED_BY_AGENT, message, hint), null);
    }
}
