package dev.holdfast.sftp.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.sftp.OpenSshServer;
import dev.holdfast.sftp.ssh.HostSettings.HostKeyPolicy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The configuration means here what it means to `ssh -G`.
class SshConfigTest {
    private static final String SAMPLE =
            """
            # a comment
            Host nas !nas-old n?s-*
                HostName %h.example.net
                User backup
                Port = 2222
                IdentityFile ~/.ssh/id_nas
                IdentityFile "~/.ssh/with space"
                IdentitiesOnly yes
            Host=quoted "two words"
                HostName=10.0.0.7
                ConnectTimeout 7
                ServerAliveInterval 1m
                ServerAliveCountMax 5
                StrictHostKeyChecking accept-new
                HostKeyAlias alias.example
                UserKnownHostsFile ~/.ssh/kh_a /etc/kh_b # trailing comment
                User first
                User second
            Host nas-old
                User old
                Port 2200
            Match originalhost matched
                User frommatch
            Match host *.example.net user backup
                ServerAliveCountMax 9
            Include INCLUDED
            Host *
                User fallback
                IdentityFile ~/.ssh/id_all_%r_%h
                GlobalKnownHostsFile /etc/global_kh
            """;

    @TempDir private Path folder;

    private SshTarget target(String host, Path file) {
        return new SshTarget(
                Optional.empty(),
                host,
                OptionalInt.empty(),
                Optional.of(file),
                List.of(),
                List.of(),
                Optional.empty(),
                Path.of(System.getProperty("user.home")),
                System.getProperty("user.name"));
    }

    private Path write(String text) throws Exception {
        Path included = folder.resolve("included.conf");
        Files.writeString(included, "Host inc\n  User included\n  Port 2023\n");
        Path file = folder.resolve("config");
        Files.writeString(file, text.replace("INCLUDED", folder + "/incl*.conf"));
        return file;
    }

    /// What `ssh -G` prints, values of a key in order.
    private static Map<String, List<String>> sshSays(String host, Path file) {
        String output = OpenSshServer.run(List.of("ssh", "-G", "-F", file.toString(), host));
        Map<String, List<String>> values = new HashMap<>();
        for (String line : output.lines().toList()) {
            int space = line.indexOf(' ');
            if (space > 0) {
                values.computeIfAbsent(line.substring(0, space), _ -> new ArrayList<>())
                        .add(line.substring(space + 1));
            }
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nas",
                "nas-old",
                "nis-x",
                "quoted",
                "matched",
                "inc",
                "OTHER.example",
                "10.1.2.3"
            })
    void meansWhatSshSays(String host) throws Exception {
        Path file = write(SAMPLE);
        Map<String, List<String>> expected = sshSays(host, file);

        HostSettings settings = SshConfig.read(target(host, file));

        assertThat(List.of(settings.hostName())).isEqualTo(said(expected, "hostname"));
        assertThat(List.of(settings.user())).isEqualTo(said(expected, "user"));
        assertThat(List.of("" + settings.port())).isEqualTo(said(expected, "port"));
        assertThat(settings.identitiesOnly())
                .isEqualTo(said(expected, "identitiesonly").equals(List.of("yes")));
        assertThat(expanded(said(expected, "identityfile"), settings))
                .isEqualTo(settings.identityFiles().stream().map(f -> "" + f.path()).toList());
        assertThat(expanded(words(said(expected, "userknownhostsfile")), settings))
                .isEqualTo(settings.userKnownHosts().stream().map(Path::toString).toList());
        assertThat(words(said(expected, "globalknownhostsfile")))
                .isEqualTo(settings.globalKnownHosts().stream().map(Path::toString).toList());
        assertThat(expected.getOrDefault("hostkeyalias", List.of()))
                .isEqualTo(settings.hostKeyAlias().map(List::of).orElse(List.of()));
        String strict = said(expected, "stricthostkeychecking").getFirst();
        assertThat(settings.hostKeyPolicy())
                .isEqualTo(
                        strict.equals("accept-new")
                                ? HostKeyPolicy.ACCEPT_NEW
                                : HostKeyPolicy.STRICT);
        if (host.equals("quoted") || host.equals("nas")) {
            assertThat(List.of("" + settings.aliveCountMax()))
                    .isEqualTo(said(expected, "serveralivecountmax"));
        }
        if (host.equals("quoted")) {
            assertThat(settings.connectTimeout().toSeconds()).isEqualTo(7);
            assertThat(settings.aliveInterval().toSeconds()).isEqualTo(60);
        }
    }

    private static List<String> said(Map<String, List<String>> values, String key) {
        return values.getOrDefault(key, List.of());
    }

    private static List<String> words(List<String> lines) {
        return List.of(String.join(" ", lines).split(" ", -1));
    }

    /// `ssh -G` prints paths as they were written.
    private static List<String> expanded(List<String> paths, HostSettings settings) {
        return paths.stream()
                .map(path -> path.replaceFirst("^~", System.getProperty("user.home")))
                .map(path -> path.replace("%r", settings.user()).replace("%h", settings.hostName()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ProxyCommand nc %h %p",
                "ProxyJump bastion",
                "CertificateFile ~/.ssh/id-cert.pub",
                "Match exec true",
                "BindAddress 10.0.0.1",
                "CanonicalizeHostname yes",
                "RevokedHostKeys /etc/revoked",
                "User \"open"
            })
    void whatIsNotCarriedOutNamesFileAndLine(String line) throws Exception {
        Path file = write("# first\n" + line + "\n");

        assertThatThrownBy(() -> SshConfig.read(target("nas", file)))
                .isInstanceOfSatisfying(
                        BackendException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.SSH_CONFIG_UNSUPPORTED))
                .hasMessageContaining(file + " line 2");
    }

    @Test
    void directiveOfAnotherHostDoesNotMatter() throws Exception {
        Path file = write("Host other\n ProxyJump bastion\nHost *\n User me\n");

        assertThat(SshConfig.read(target("nas", file)).user()).isEqualTo("me");
    }

    @Test
    void harmlessAndUnknownDirectivesArePassedOver() throws Exception {
        Path file = write("ForwardAgent yes\nSendEnv LANG\nNoSuchThing 1\nProxyCommand none\n");

        assertThat(SshConfig.read(target("nas", file)).port()).isEqualTo(22);
    }
}
