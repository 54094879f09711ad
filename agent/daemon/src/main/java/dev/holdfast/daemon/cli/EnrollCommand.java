package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.enrollment.CaFingerprint;
import dev.holdfast.daemon.enrollment.ControllerAddress;
import dev.holdfast.daemon.enrollment.Enroller;
import dev.holdfast.daemon.enrollment.EnrollmentToken;
import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.policy.AgentConfig;
import dev.holdfast.daemon.policy.AllowSection;
import dev.holdfast.daemon.policy.StorageRule;
import dev.holdfast.daemon.process.WireFacts;
import dev.holdfast.daemon.state.Identity;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.storage.HostFacts;
import dev.holdfast.proto.v1.Failure;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;

/// `enroll`.
@Command(
        name = "enroll",
        mixinStandardHelpOptions = true,
        description = "Makes this host an agent of a controller, once, with a one-time token.")
final class EnrollCommand implements Callable<Integer> {
    private static final int TOKEN_MAX = 1024;

    @Option(
            names = "--controller",
            paramLabel = "HOST:PORT",
            required = true,
            description = "where the controller listens")
    private String controller = "";

    @Option(
            names = "--ca-fingerprint",
            paramLabel = "SHA256:…",
            required = true,
            description = "of the controller's authority, printed with the token")
    private String fingerprint = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            required = true,
            description = "file with the token; - for standard input")
    private Path tokenFile = Path.of("");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "host name to report instead of this host's own")
    private @Nullable String name;

    @Option(names = "--again", description = "replace the identity that this host has")
    private boolean again;

    @Mixin private StateOptions state = new StateOptions();

    private final Streams streams;

    EnrollCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        ControllerAddress address = ControllerAddress.parse(controller);
        CaFingerprint authority = CaFingerprint.parse(fingerprint);
        AgentConfig config = AgentConfig.load(state.config());
        StateDirectory directory = StateDirectory.create(state.stateDir());
        try (StateDirectory.ProcessLock _ = directory.lock();
                EnrollmentToken token = EnrollmentToken.parse(token())) {
            if (Identity.exists(directory) && !again) {
                Identity.Names names = Identity.load(directory).names();
                throw new FailureException(
                        Failure.Code.CONFLICT,
                        "this host is the agent "
                                + names.agentName()
                                + " of "
                                + names.controller()
                                + " already",
                        "give --again to replace that identity");
            }
            dev.holdfast.proto.v1.HostFacts facts =
                    WireFacts.of(HostFacts.current(), ZoneId.systemDefault());
            if (name != null) facts = facts.toBuilder().setHostName(name).build();
            Identity identity =
                    new Enroller(directory, new SecureRandom())
                            .enroll(address, authority, token, facts);
            streams.out()
                    .println(
                            "enrolled as "
                                    + identity.names().agentName()
                                    + " ("
                                    + identity.names().agentId()
                                    + ") at "
                                    + address);
            allowed(config);
        }
        return ExitCode.OK.number();
    }

    private String token() throws IOException {
        if (tokenFile.toString().equals("-")) {
            return new String(streams.in().readNBytes(TOKEN_MAX), StandardCharsets.US_ASCII);
        }
        if (!Files.isReadable(tokenFile)) {
            throw new FailureException(
                    Failure.Code.PATH_MISSING,
                    "no token file " + tokenFile + " that can be read",
                    "write the token into it, mode 0600, or give - and the token on standard"
                            + " input");
        }
        try (var in = Files.newInputStream(tokenFile)) {
            return new String(in.readNBytes(TOKEN_MAX), StandardCharsets.US_ASCII);
        }
    }

    private void allowed(AgentConfig config) {
        AllowSection allow = config.allow();
        streams.out().println("This host allows (" + allow.file() + "):");
        entry("back up", allow.backupPaths());
        if (!allow.neverPaths().isEmpty()) entry("never", allow.neverPaths());
        entry("restore to", allow.restoreRoots());
        entry("storages", allow.storages().stream().map(StorageRule::name).toList());
        streams.out().println("  overwrite    " + (allow.overwrite() ? "yes" : "no"));
        streams.out().println("  browse       " + (allow.browse() ? "yes" : "no"));
        if (allow.backupPaths().isEmpty() || allow.storages().isEmpty()) {
            streams.out()
                    .println(
                            "Nothing can be backed up before backup_paths and storages stand under"
                                    + " [allow] in "
                                    + allow.file());
        }
        streams.out().println("Start it with:  holdfast-agent run");
    }

    private void entry(String what, List<String> values) {
        streams.out()
                .printf(
                        "  %-12s %s%n",
                        what, values.isEmpty() ? "nothing" : Text.safe(String.join(" ", values)));
    }
}
