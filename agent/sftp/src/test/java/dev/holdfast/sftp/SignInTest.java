package dev.holdfast.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/// Whether the right identity is offered and the right server trusted, and what people read when
/// not.
class SignInTest {
    @TempDir private Path folder;
    private OpenSshServer server;
    private Path home;
    private Path ssh;
    private Path knownHosts;

    @BeforeEach
    void start() throws Exception {
        server =
                OpenSshServer.start(
                        folder.resolve("sshd"),
                        OpenSshServer.Setup.usual().hostKeys("ed25519", "ecdsa", "rsa"));
        home = server.trustedHome(folder.resolve("home"));
        ssh = home.resolve(".ssh");
        knownHosts = ssh.resolve("known_hosts");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SshOptions options(Optional<Path> agent, String... directives) {
        SshOptions plain = OpenSshServer.options(home, directives);
        return new SshOptions(
                plain.configFile(), plain.directives(), List.of(), agent, home, plain.localUser());
    }

    private void signIn(SshOptions options) throws Exception {
        SftpBackend.open(server.location("/tmp"), options, SftpTuning.DEFAULT).close();
    }

    private BackendException refusal(SshOptions options) {
        BackendException e = catchThrowableOfType(BackendException.class, () -> signIn(options));
        assertThat(e).isNotNull();
        return e;
    }

    @Test
    void defaultIdentityFileIsUsed() throws Exception {
        signIn(options(Optional.empty()));
    }

    @Test
    void rsaAndEcdsaAndPemFilesAreRead() throws Exception {
        for (String type : List.of("rsa", "ecdsa")) {
            for (String form : List.of("RFC4716", "PEM")) {
                Path file = ssh.resolve("other_" + type + form);
                server.authorize(OpenSshServer.generate(file, type, "", "-m", form));
                signIn(options(Optional.empty(), "IdentityFile=" + file));
            }
        }
    }

    @Test
    void identityHeldByTheAgentAloneIsUsed() throws Exception {
        for (String type : List.of("ed25519", "rsa", "ecdsa")) {
            Path file = OpenSshServer.generate(folder.resolve("held_" + type), type, "");
            server.authorize(file);
            try (PrivateSshAgent agent = PrivateSshAgent.start()) {
                agent.add(file);
                Files.delete(file);
                signIn(options(Optional.of(agent.socket()), "IdentityFile=none"));
                signIn(options(Optional.empty(), "IdentityAgent=" + agent.socket()));
                signIn(
                        options(
                                Optional.of(agent.socket()),
                                "IdentitiesOnly=yes",
                                "IdentityFile=" + file + ".pub"));
            }
        }
    }

    @Test
    void encryptedIdentityIsUsedThroughTheAgentAndExplainedWithoutIt() throws Exception {
        Path file = OpenSshServer.generate(ssh.resolve("locked"), "ed25519", "open sesame");
        server.authorize(file);
        Files.delete(OpenSshServer.publicHalf(file));
        String directive = "IdentityFile=" + file;

        BackendException e = refusal(options(Optional.empty(), directive));

        assertThat(e.kind()).isEqualTo(Kind.IDENTITY_ENCRYPTED);
        assertThat(e).hasMessageContaining(file.toString());
        assertThat(e.hint()).contains("ssh-add");
        try (PrivateSshAgent agent = PrivateSshAgent.start()) {
            agent.add(file, "open sesame");
            signIn(options(Optional.of(agent.socket()), directive, "IdentitiesOnly=yes"));
        }
    }

    @Test
    void identitiesOnlyKeepsOtherIdentitiesOfTheAgentBack() throws Exception {
        Path held = OpenSshServer.generate(folder.resolve("held"), "ed25519", "");
        server.authorize(held);
        Path named = OpenSshServer.generate(ssh.resolve("named"), "ed25519", "");
        try (PrivateSshAgent agent = PrivateSshAgent.start()) {
            agent.add(held);

            BackendException e =
                    refusal(
                            options(
                                    Optional.of(agent.socket()),
                                    "IdentitiesOnly=yes",
                                    "IdentityFile=" + named));

            assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION_REFUSED);
            assertThat(e)
                    .hasMessageContaining(
                            OpenSshServer.fingerprint(OpenSshServer.publicHalf(named)))
                    .hasMessageContaining("publickey");
            assertThat(e.getMessage())
                    .doesNotContain(OpenSshServer.fingerprint(OpenSshServer.publicHalf(held)));
            assertThat(e.hint()).contains("ssh-copy-id -p " + server.port());
        }
    }

    @Test
    void missingAgentSocketIsNamed() {
        Path nowhere = folder.resolve("no-agent");

        BackendException e =
                refusal(options(Optional.of(nowhere), "IdentityFile=" + ssh.resolve("none-such")));

        assertThat(e.kind()).isEqualTo(Kind.SSH_AGENT_UNAVAILABLE);
        assertThat(e).hasMessageContaining(nowhere.toString());
    }

    @Test
    void identityThatOthersMayReadIsRefused() throws Exception {
        Path file = ssh.resolve("id_ed25519");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        BackendException e = refusal(options(Optional.empty(), "IdentityFile=" + file));

        assertThat(e.kind()).isEqualTo(Kind.IDENTITY_UNREADABLE);
        assertThat(e).hasMessageContaining("chmod 600");
    }

    @Test
    void unknownHostKeyStopsBeforeAnyIdentityIsOffered() throws Exception {
        Files.delete(knownHosts);

        BackendException e = refusal(options(Optional.empty()));

        assertThat(e.kind()).isEqualTo(Kind.HOST_KEY_UNKNOWN);
        assertThat(e).hasMessageContaining(server.hostKeyFingerprint("ed25519"));
        assertThat(e.hint()).contains(server.knownHostsLine());
        assertThat(server.log()).doesNotContain("Accepted publickey").doesNotContain("Failed");
    }

    @Test
    void changedHostKeyShowsBothFingerprints() throws Exception {
        Path other = OpenSshServer.generate(folder.resolve("other"), "ed25519", "");
        String[] words = Files.readString(OpenSshServer.publicHalf(other)).split(" ", 3);
        Files.writeString(
                knownHosts,
                "# mine\n[127.0.0.1]:" + server.port() + " " + words[0] + " " + words[1] + "\n");

        BackendException e = refusal(options(Optional.empty()));

        assertThat(e.kind()).isEqualTo(Kind.HOST_KEY_CHANGED);
        assertThat(e)
                .hasMessageContaining(server.hostKeyFingerprint("ed25519"))
                .hasMessageContaining(OpenSshServer.fingerprint(OpenSshServer.publicHalf(other)))
                .hasMessageContaining(knownHosts + " line 2");
        assertThat(refusal(options(Optional.empty(), "StrictHostKeyChecking=accept-new")).kind())
                .isEqualTo(Kind.HOST_KEY_CHANGED);
    }

    @Test
    void revokedHostKeyIsRefusedEvenIfKnown() throws Exception {
        Files.writeString(
                knownHosts,
                server.knownHostsLine() + "\n@revoked * " + server.hostKey("ed25519") + "\n");

        assertThat(refusal(options(Optional.empty())).kind()).isEqualTo(Kind.HOST_KEY_REVOKED);
    }

    @Test
    void hashedKnownHostsAreRead() throws Exception {
        OpenSshServer.run(List.of("ssh-keygen", "-H", "-f", knownHosts.toString()));
        assertThat(Files.readString(knownHosts)).startsWith("|1|");

        signIn(options(Optional.empty()));
    }

    @Test
    void knownHostsWithOneTypeOnlyDecideTheType() throws Exception {
        for (String type : List.of("ecdsa", "rsa", "ed25519")) {
            Files.writeString(
                    knownHosts, "[127.0.0.1]:" + server.port() + " " + server.hostKey(type) + "\n");
            signIn(options(Optional.empty()));
        }
    }

    @Test
    void acceptNewRemembersTheKeyOnce() throws Exception {
        Files.writeString(knownHosts, "other.example ssh-ed25519 AAAA");

        signIn(options(Optional.empty(), "StrictHostKeyChecking=accept-new"));
        signIn(options(Optional.empty()));

        assertThat(Files.readString(knownHosts))
                .isEqualTo("other.example ssh-ed25519 AAAA\n" + server.knownHostsLine() + "\n");
    }

    @Test
    void pinStandsInForKnownHosts() throws Exception {
        Files.delete(knownHosts);
        SshOptions plain = options(Optional.empty());
        String pin = server.hostKeyFingerprint("ed25519");

        signIn(pinned(plain, pin));

        BackendException e = refusal(pinned(plain, "SHA256:" + "A".repeat(43)));
        assertThat(e.kind()).isEqualTo(Kind.HOST_KEY_CHANGED);
        assertThat(e).hasMessageContaining(pin);
    }

    private static SshOptions pinned(SshOptions plain, String pin) {
        return new SshOptions(
                plain.configFile(),
                plain.directives(),
                List.of(pin),
                plain.agentSocket(),
                plain.home(),
                plain.localUser());
    }

    @Test
    void algorithmsThatTheServerLacksAreAMismatch() {
        BackendException e = refusal(options(Optional.empty(), "Ciphers=3des-cbc"));

        assertThat(e.kind()).isEqualTo(Kind.ALGORITHM_MISMATCH);
    }

    @Test
    void refusedConnectionAndUnknownNameAreToldApart() {
        int nobody = OpenSshServer.freePort();
        SshOptions options = options(Optional.empty());

        assertThat(
                        catchThrowableOfType(
                                        BackendException.class,
                                        () ->
                                                SftpBackend.open(
                                                        SftpLocation.parse(
                                                                "sftp://127.0.0.1:"
                                                                        + nobody
                                                                        + "/x"),
                                                        options,
                                                        SftpTuning.DEFAULT))
                                .kind())
                .isEqualTo(Kind.CONNECTION_REFUSED);
        assertThat(
                        catchThrowableOfType(
                                        BackendException.class,
                                        () ->
                                                SftpBackend.open(
                                                        SftpLocation.parse(
                                                                "sftp://no-such-host.invalid/x"),
                                                        options,
                                                        SftpTuning.DEFAULT))
                                .kind())
                .isEqualTo(Kind.NAME_NOT_RESOLVED);
    }

    @Test
    void accountWithoutSubsystemIsExplained() {
        try (OpenSshServer shellOnly =
                OpenSshServer.start(
                        folder.resolve("bare"),
                        new OpenSshServer.Setup(List.of("ed25519"), List.of()))) {
            Path other = shellOnly.trustedHome(folder.resolve("home2"));

            BackendException e =
                    catchThrowableOfType(
                            BackendException.class,
                            () ->
                                    SftpBackend.open(
                                            shellOnly.location("/tmp"),
                                            OpenSshServer.options(other),
                                            SftpTuning.DEFAULT));

            assertThat(e.kind()).isEqualTo(Kind.SUBSYSTEM_REFUSED);
        }
    }
}
