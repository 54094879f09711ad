package dev.holdfast.cli.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cli.failure.CommandFailure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Map;

class ContextsTest {
    private static final Overrides NOTHING = new Overrides("", "", "", "", "");
    private static final String FINGERPRINT = "SHA256:" + "A".repeat(43);

    @TempDir private Path folder = Path.of("unset");

    @Test
    void keepsContextsAndTheFirstIsUsed() throws CommandFailure {
        Contexts contexts = new Contexts(folder.resolve("contexts"));
        contexts.set("lab", new Overrides("", "lab:1", "/ca\\x.pem", "", "/t o k"));
        contexts.set("site", new Overrides("", "site", "", FINGERPRINT, "/token"));
        assertThat(contexts.names()).containsExactly("lab", "site");
        assertThat(contexts.resolve(NOTHING, NOTHING))
                .isEqualTo(
                        new Context(
                                new ServerAddress("lab", 1),
                                new Trust.CaFile(Path.of("/ca\\x.pem")),
                                Path.of("/t o k")));
        contexts.use("site");
        assertThat(contexts.resolve(NOTHING, NOTHING).trust())
                .isEqualTo(new Trust.Fingerprint(FINGERPRINT));
    }

    @Test
    void optionsComeBeforeEnvironmentBeforeContext() throws CommandFailure {
        Contexts contexts = new Contexts(folder.resolve("contexts"));
        contexts.set("lab", new Overrides("", "lab", "/lab.pem", "", "/lab"));
        Overrides environment =
                Overrides.of(
                        Map.of(
                                "HOLDFAST_SERVER",
                                "env:2",
                                "HOLDFAST_CA_FILE",
                                "/env.pem",
                                "HOLDFAST_TOKEN_FILE",
                                "/env"));
        Context context =
                contexts.resolve(new Overrides("", "opt:3", "", FINGERPRINT, ""), environment);
        assertThat(context)
                .isEqualTo(
                        new Context(
                                new ServerAddress("opt", 3),
                                new Trust.Fingerprint(FINGERPRINT),
                                Path.of("/env")));
    }

    @Test
    void saysWhatIsMissing() {
        Contexts contexts = new Contexts(folder.resolve("contexts"));
        assertThatThrownBy(() -> contexts.resolve(NOTHING, NOTHING))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        e -> {
                            assertThat(e.failure().getMessage())
                                    .contains("address of the controller");
                            assertThat(e.failure().getHint()).contains("holdfast context set");
                        });
        assertThatThrownBy(() -> contexts.use("none")).hasMessageContaining("no context \"none\"");
        assertThatThrownBy(() -> contexts.set("a.b", NOTHING)).hasMessageContaining("no name");
    }

    @ParameterizedTest
    @CsvSource({"host, host, 8443", "host:9, host, 9", "[::1]:9, [::1], 9", "[::1], [::1], 8443"})
    void readsAddresses(String text, String host, int port) {
        assertThat(ServerAddress.parse(text)).isEqualTo(new ServerAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "host:", "host:x", "host:0", "host:70000", "::1", "http://host", "a b"})
    void refusesOtherAddresses(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
