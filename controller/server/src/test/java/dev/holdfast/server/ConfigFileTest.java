package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// What the configuration file may hold, and how a start that cannot work is refused.
class ConfigFileTest {
    @TempDir Path dir;

    private Path file(String toml) throws IOException {
        return Files.writeString(dir.resolve("controller.toml"), toml);
    }

    @Test
    void everyKeyIsRead() throws Exception {
        var config =
                ConfigFile.read(
                        file(
                                """
                                state_dir = "/srv/holdfast"
                                listen = "[::1]:9000"
                                advertise = ["backup.example.org", "192.0.2.1"]
                                [database]
                                url = "jdbc:postgresql://db/holdfast"
                                [agents]
                                heartbeat_seconds = 20
                                unknown_after_seconds = 90
                                """));
        assertThat(config.stateDir()).isEqualTo(Path.of("/srv/holdfast"));
        assertThat(config.listenAddress().getPort()).isEqualTo(9000);
        assertThat(config.advertise()).isEqualTo(List.of("backup.example.org", "192.0.2.1"));
        assertThat(config.databaseUrl()).isEqualTo("jdbc:postgresql://db/holdfast");
        assertThat(config.heartbeatSeconds()).isEqualTo(20);
        assertThat(config.unknownAfterSeconds()).isEqualTo(90);
    }

    @Test
    void anEmptyFileIsTheDefault() throws Exception {
        assertThat(ConfigFile.read(file(""))).isEqualTo(ControllerConfig.DEFAULT);
    }

    @Test
    void allProblemsAreToldAtOnce() throws Exception {
        Path file =
                file(
                        """
                        listne = "x"
                        listen = 8443
                        [database]
                        user = "me"
                        [agents]
                        heartbeat_seconds = "often"
                        """);
        assertThatThrownBy(() -> ConfigFile.read(file))
                .hasMessageContaining("listne: unknown key")
                .hasMessageContaining("listen: a text")
                .hasMessageContaining("database.user: unknown key")
                .hasMessageContaining("agents.heartbeat_seconds: a number");
    }

    @Test
    void whatIsNotTomlIsRefused() throws Exception {
        Path file = file("listen = \n");
        assertThatThrownBy(() -> ConfigFile.read(file)).hasMessageContaining("is not TOML");
    }

    @Test
    void aStateDirectoryServesOneController() throws Exception {
        try (var first = new TestController(dir.resolve("state"))) {
            var config =
                    ControllerConfig.DEFAULT.withStateDir(first.state).withListen("127.0.0.1:0");
            assertThatThrownBy(() -> Controller.start(config, "test", InstantSource.system()))
                    .hasMessageContaining("another controller is using");
        }
    }
}
