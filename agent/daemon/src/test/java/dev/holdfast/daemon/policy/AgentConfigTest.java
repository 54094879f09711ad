package dev.holdfast.daemon.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.Failure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

class AgentConfigTest {
    @TempDir private Path folder;

    @Test
    void readsEveryKey() throws FailureException {
        AgentConfig config =
                AgentConfig.parse(
                        "agent.toml",
                        """
                        [controller]
                        address = "controller.example:7443"
                        ca_file = "/etc/ca.pem"
                        [allow]
                        backup_paths = ["/home"]
                        never_paths = ["/home/me/.ssh"]
                        restore_roots = ["/restore"]
                        overwrite = true
                        trusted_restore = true
                        browse = true
                        ssh_agent_sockets = ["/run/agent"]
                        [allow.orders_per_hour]
                        run = 5
                        restore = 2
                        [[allow.storages]]
                        name = "vault"
                        host = "vault.example"
                        port = 2222
                        user = "backup"
                        host_keys = ["SHA256:abc"]
                        path_prefix = "/srv"
                        use = ["repository"]
                        """);

        assertThat(config.address()).contains("controller.example:7443");
        assertThat(config.caFile()).contains(Path.of("/etc/ca.pem"));
        AllowSection allow = config.allow();
        assertThat(allow.backupPaths()).containsExactly("/home");
        assertThat(allow.neverPaths()).containsExactly("/home/me/.ssh");
        assertThat(allow.restoreRoots()).containsExactly("/restore");
        assertThat(allow.overwrite() && allow.trustedRestore() && allow.browse()).isTrue();
        assertThat(allow.sshAgentSockets()).containsExactly("/run/agent");
        assertThat(allow.runsPerHour()).isEqualTo(5);
        assertThat(allow.restoresPerHour()).isEqualTo(2);
        assertThat(allow.storages().getFirst())
                .isEqualTo(
                        new StorageRule(
                                "vault",
                                "vault.example",
                                2222,
                                "backup",
                                allow.storages().getFirst().hostKeys(),
                                "/srv",
                                Set.of(StorageRule.Use.REPOSITORY)));
        assertThat(allow.line("allow.overwrite")).isEqualTo("agent.toml line 8");
    }

    @Test
    void reportsAllProblemsAtOnceWithKeyAndLine() {
        String text =
                """
                colour = "blue"
                [controller]
                adress = "typo:1"
                [allow]
                backup_path = ["/home"]
                overwrite = "yes"
                restore_roots = ["relative", "/a/../b"]
                [allow.orders_per_hour]
                run = 0
                [[allow.storages]]
                name = "first"
                path_prefix = "/srv"
                use = ["repository"]
                [[allow.storages]]
                port = 22
                pathprefix = "/srv"
                use = ["everything"]
                """;

        FailureException thrown =
                catchThrowableOfType(
                        FailureException.class, () -> AgentConfig.parse("agent.toml", text));

        assertThat(thrown.report().code()).isEqualTo(Failure.Code.INVALID_ARGUMENT);
        assertThat(thrown.report().message().lines().skip(1))
                .containsExactlyInAnyOrder(
                        "agent.toml line 1: colour is no key of this version",
                        "agent.toml line 3: controller.adress is no key of this version",
                        "agent.toml line 5: allow.backup_path is no key of this version",
                        "agent.toml line 6: allow.overwrite must be true or false",
                        "agent.toml line 7: allow.restore_roots \"relative\" is not absolute",
                        "agent.toml line 7: allow.restore_roots \"/a/../b\" holds a component ..",
                        "agent.toml line 9: allow.orders_per_hour.run must be a number from 1 to"
                                + " 100000",
                        "agent.toml: allow.storages[1].name is missing",
                        "agent.toml line 15: allow.storages[1].port needs a host",
                        "agent.toml: allow.storages[1].path_prefix is missing",
                        "agent.toml line 16: allow.storages[1].pathprefix is no key of this"
                                + " version",
                        "agent.toml line 17: allow.storages[1].use knows repository, source and"
                                + " target, not everything");
    }

    @Test
    void namesTheLineOfABrokenFile() {
        assertThatThrownBy(() -> AgentConfig.parse("agent.toml", "[allow]\noverwrite = \n"))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("agent.toml line 2");
    }

    @Test
    void aMissingFileAllowsNothing() throws IOException {
        AllowSection allow = AgentConfig.load(folder.resolve("agent.toml")).allow();

        assertThat(allow.backupPaths()).isEmpty();
        assertThat(allow.restoreRoots()).isEmpty();
        assertThat(allow.storages()).isEmpty();
        assertThat(allow.overwrite() || allow.browse() || allow.trustedRestore()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw-r--", "rw-r--rw-"})
    void refusesAFileThatOthersCanWrite(String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("agent.toml"), "[allow]\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThatThrownBy(() -> AgentConfig.load(file))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("can be written by others");
    }
}
