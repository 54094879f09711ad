package dev.holdfast.daemon.policy;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.proto.v1.Failure;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `agent.toml`: `[controller]` and `[allow]`.
///
/// @param address host:port that replaces the one of enrollment
/// @param caFile certificate that replaces the pinned one
public record AgentConfig(Optional<String> address, Optional<Path> caFile, AllowSection allow) {
    /// Where packages install it.
    public static final Path DEFAULT = Path.of("/etc/holdfast/agent.toml");

    /// Reads the file; one that is missing allows nothing.
    ///
    /// @throws FailureException with every problem of it
    public static AgentConfig load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new AgentConfig(
                    Optional.empty(), Optional.empty(), AllowSection.nothing(file.toString()));
        }
        checkOwner(file);
        return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
    }

    static AgentConfig parse(String file, String text) throws FailureException {
        JsonNode root;
        try {
            root = new TomlMapper().readTree(text);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            String where = line > 0 ? file + " line " + line : file;
            throw invalid(where + ": " + e.getOriginalMessage());
        }
        TomlSection top = new TomlSection(file, text, root);
        TomlSection controller = top.section("controller");
        Optional<String> address = controller.text("address");
        Optional<Path> caFile = controller.text("ca_file").map(Path::of);
        AllowSection allow = allow(file, top.section("allow"));
        top.finish();
        List<String> problems = top.problems();
        if (!problems.isEmpty()) throw invalid(String.join("\n", problems));
        return new AgentConfig(address, caFile, allow);
    }

    private static AllowSection allow(String file, TomlSection section) {
        TomlSection rates = section.section("orders_per_hour");
        return new AllowSection(
                file,
                section.lines(),
                section.paths("backup_paths"),
                section.paths("never_paths"),
                section.paths("restore_roots"),
                section.flag("overwrite"),
                section.flag("trusted_restore"),
                section.flag("browse"),
                section.paths("ssh_agent_sockets"),
                rates.number("run", AllowSection.RUNS_PER_HOUR, 1, 100_000),
                rates.number("restore", AllowSection.RESTORES_PER_HOUR, 1, 100_000),
                section.sections("storages").stream().map(AgentConfig::storage).toList());
    }

    private static StorageRule storage(TomlSection section) {
        String host = section.text("host").orElse("");
        int port = section.number("port", 22, 1, 65_535);
        String user = section.text("user").orElse("");
        List<String> keys = section.texts("host_keys");
        for (String key : keys) {
            if (!key.startsWith("SHA256:")) {
                section.problem("host_keys", "\"" + key + "\" does not start with SHA256:");
            }
        }
        if (host.isEmpty()) {
            for (String key : List.of("port", "user", "host_keys")) {
                if (section.has(key)) section.problem(key, "needs a host");
            }
        }
        return new StorageRule(
                section.required("name"),
                host,
                port,
                user,
                keys,
                section.required("path_prefix"),
                section.uses("use"));
    }

    /// Who can write this file can read every file of the host.
    private static void checkOwner(Path file) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        Set<PosixFilePermission> mode = attributes.permissions();
        if (mode.contains(PosixFilePermission.GROUP_WRITE)
                || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new FailureException(
                    Failure.Code.PERMISSION_DENIED,
                    file + " can be written by others than its owner " + attributes.owner(),
                    "chmod go-w " + file);
        }
        String owner = attributes.owner().getName();
        String self = System.getProperty("user.name", "");
        if (!owner.equals("root") && !owner.equals(self)) {
            throw new FailureException(
                    Failure.Code.PERMISSION_DENIED,
                    file + " belongs to " + owner + ", neither to root nor to " + self,
                    "chown root " + file);
        }
    }

    private static FailureException invalid(String problems) {
        return new FailureException(
                new FailureReport(
                        Failure.Code.INVALID_ARGUMENT,
                        "the agent's configuration cannot be used:\n" + problems,
                        "correct the file and start the agent again",
                        "",
                        false),
                null);
    }
}
