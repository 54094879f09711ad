package dev.holdfast.cli.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.holdfast.cli.token.Binding.Trust;
import dev.holdfast.proto.v1.Agent;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

class BindingTest {
    private static final byte[] IDENTITY =
            "identity key hash of 32 bytes...".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SEALING =
            "sealing key of thirty-two bytes.".getBytes(StandardCharsets.UTF_8);

    private final EnrollmentSecret token = EnrollmentSecret.random(new SecureRandom());

    @TempDir private Path folder = Path.of("unset");

    private TokenKeys tokens = new TokenKeys(folder);
    private Binding binding = new Binding(tokens, new KnownAgents(folder));

    @BeforeEach
    void open() {
        tokens = new TokenKeys(folder.resolve("tokens"));
        binding = new Binding(tokens, new KnownAgents(folder.resolve("known_agents")));
    }

    private Agent agent(byte[] sealing, byte[] mac) {
        return Agent.newBuilder()
                .setId("agent-1")
                .setTokenId(token.id())
                .setIdentityKeyHash(ByteString.copyFrom(IDENTITY))
                .setSealingKey(ByteString.copyFrom(sealing))
                .setBinding(ByteString.copyFrom(mac))
                .build();
    }

    @Test
    void provesAKeyOnceAndPinsIt() throws IOException {
        tokens.keep(token);
        Agent agent = agent(SEALING, Binding.mac(token.bindKey(), IDENTITY, SEALING));
        assertThat(binding.check(agent)).isEqualTo(Trust.PROVEN);
        tokens.forget(token.id());
        assertThat(binding.check(agent)).isEqualTo(Trust.PINNED);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("known_agents"))))
                .isEqualTo("rw-------");
    }

    @Test
    void seesAKeyThatTheControllerPutInPlace() throws IOException {
        tokens.keep(token);
        byte[] other = SEALING.clone();
        other[0] ^= 1;
        byte[] mac = Binding.mac(token.bindKey(), IDENTITY, SEALING);
        assertThat(binding.check(agent(other, mac))).isEqualTo(Trust.FORGED);
        assertThat(binding.check(agent(SEALING, mac))).isEqualTo(Trust.PROVEN);
        assertThat(binding.check(agent(other, mac))).isEqualTo(Trust.CHANGED);
        assertThat(Trust.CHANGED.alarming()).isTrue();
    }

    @Test
    void knowsNothingOfTokensMadeElsewhere() throws IOException {
        assertThat(binding.check(agent(SEALING, new byte[32]))).isEqualTo(Trust.UNKNOWN);
    }

    @Test
    void readsNoFileOutsideItsFolder() throws IOException {
        Files.writeString(folder.resolve("secret"), "c2VjcmV0");
        assertThat(tokens.find("../secret")).isEmpty();
    }

    @Test
    void keepsKeysToItsOwner() throws IOException {
        tokens.keep(token);
        Path file = folder.resolve("tokens").resolve(token.id());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("tokens"))))
                .isEqualTo("rwx------");
    }
}
