package dev.holdfast.sftp.ssh;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.sftp.ssh.HostSettings.HostKeyPolicy;

import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.signature.Signature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides whether a server's key is the one it should have. Fails closed: nothing that went wrong
/// while deciding lets a connection pass.
final class HostKeyCheck {
    private final HostSettings settings;
    private final List<String> pins;
    private final KnownHosts known;

    HostKeyCheck(HostSettings settings, List<String> pins) {
        this.settings = settings;
        this.pins = pins.stream().map(HostKeyCheck::unpadded).toList();
        this.known =
                pins.isEmpty() ? read(settings) : new KnownHosts(List.of(), List.of(), List.of());
    }

    /// As `ssh` does, a host at an unusual port is also looked up by its plain name; those keys can
    /// only confirm.
    private static KnownHosts read(HostSettings settings) {
        List<Path> files = new ArrayList<>(settings.userKnownHosts());
        files.addAll(settings.globalKnownHosts());
        KnownHosts exact = KnownHosts.read(files, settings.knownHostsName());
        if (exact.keys().isEmpty() && settings.hostKeyAlias().isEmpty()) {
            KnownHosts plain = KnownHosts.read(files, settings.hostName());
            List<KnownHosts.Entry> revoked = new ArrayList<>(exact.revoked());
            revoked.addAll(plain.revoked());
            return new KnownHosts(plain.keys(), revoked, exact.authorities());
        }
        return exact;
    }

    /// Puts the key types that are known for the host first, so that a server with several keys
    /// shows one that can be verified.
    List<NamedFactory<Signature>> ordered(List<NamedFactory<Signature>> usual) {
        List<String> types = known.types();
        List<NamedFactory<Signature>> ordered = new ArrayList<>();
        for (NamedFactory<Signature> factory : usual) {
            if (types.contains(KeyUtils.getCanonicalKeyType(factory.getName()))) {
                ordered.add(factory);
            }
        }
        usual.stream().filter(factory -> !ordered.contains(factory)).forEach(ordered::add);
        return ordered;
    }

    /// @return how the key is known, for people
    /// @throws BackendException of kind HOST_KEY_UNKNOWN, HOST_KEY_CHANGED or HOST_KEY_REVOKED
    String verify(PublicKey key) throws BackendException {
        String received = describe(key);
        if (!pins.isEmpty()) {
            if (pins.contains(unpadded(fingerprint(key)))) {
                return received + ", pinned";
            }
            throw new BackendException(
                    Kind.HOST_KEY_CHANGED,
                    settings.peer()
                            + " answers with another host key than the pinned one: pinned "
                            + String.join(", ", pins)
                            + ", received "
                            + received,
                    "if the server was rebuilt, verify the new fingerprint at its console and pin"
                            + " it; otherwise somebody may stand between",
                    null);
        }
        Optional<KnownHosts.Entry> revoked = known.findRevoked(key);
        if (revoked.isPresent()) {
            throw new BackendException(
                    Kind.HOST_KEY_REVOKED,
                    settings.peer()
                            + " answers with a revoked host key: "
                            + received
                            + ", revoked in "
                            + revoked.get().source(),
                    "the key is known to be compromised; do not connect until the server has a new"
                            + " one",
                    null);
        }
        Optional<KnownHosts.Entry> entry = known.find(key);
        if (entry.isPresent()) {
            return received + ", known from " + entry.get().source();
        }
        if (settings.hostKeyPolicy() == HostKeyPolicy.OFF) {
            return received + ", not verified (StrictHostKeyChecking no)";
        }
        if (isPlainNameOnly() || known.keys().isEmpty()) {
            return unknown(key, received);
        }
        throw changed(key, received);
    }

    private boolean isPlainNameOnly() {
        return settings.port() != HostSettings.DEFAULT_PORT
                && settings.hostKeyAlias().isEmpty()
                && KnownHosts.read(allFiles(), settings.knownHostsName()).keys().isEmpty();
    }

    private List<Path> allFiles() {
        List<Path> files = new ArrayList<>(settings.userKnownHosts());
        files.addAll(settings.globalKnownHosts());
        return files;
    }

    private String unknown(PublicKey key, String received) throws BackendException {
        if (settings.hostKeyPolicy() == HostKeyPolicy.ACCEPT_NEW) {
            return received + ", " + remember(key);
        }
        String authority =
                known.authorities().isEmpty()
                        ? ""
                        : "; a certificate authority stands in "
                                + known.authorities().getFirst()
                                + ", but host certificates are not supported";
        throw new BackendException(
                Kind.HOST_KEY_UNKNOWN,
                "the host key of " + settings.peer() + " is not known: " + received + authority,
                "compare the fingerprint with the server's (ssh-keygen -lf on its host key), then"
                        + " pin "
                        + fingerprint(key)
                        + " or add to "
                        + firstFile()
                        + " the line: "
                        + line(key),
                null);
    }

    private BackendException changed(PublicKey key, String received) {
        String type = KeyUtils.getKeyType(key);
        KnownHosts.Entry expected =
                known.keys().stream()
                        .filter(entry -> entry.type().equals(type))
                        .findFirst()
                        .orElse(known.keys().getFirst());
        return new BackendException(
                Kind.HOST_KEY_CHANGED,
                settings.peer()
                        + " answers with another host key than the known one: known "
                        + describe(expected.key())
                        + " from "
                        + expected.source()
                        + ", received "
                        + received,
                "if the server was rebuilt, verify the new fingerprint at its console and run"
                        + " ssh-keygen -R '"
                        + settings.knownHostsName()
                        + "', then add the new key; otherwise somebody may stand between",
                null);
    }

    private String remember(PublicKey key) throws BackendException {
        if (settings.userKnownHosts().isEmpty()) {
            return "accepted as new, not remembered (no UserKnownHostsFile)";
        }
        Path file = settings.userKnownHosts().getFirst();
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null && !Files.exists(folder)) {
                Files.createDirectory(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            boolean needsNewline = endsWithoutNewline(file);
            Files.write(
                    file,
                    ((needsNewline ? "\n" : "") + line(key) + "\n")
                            .getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return "accepted as new and added to " + file;
        } catch (IOException e) {
            throw new BackendException(
                    Kind.HOST_KEY_UNKNOWN,
                    "the new host key of "
                            + settings.peer()
                            + " cannot be remembered: "
                            + describe(key)
                            + ": "
                            + e,
                    "let the agent's account write " + file + ", or pin " + fingerprint(key),
                    e);
        }
    }

    private static boolean endsWithoutNewline(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        byte[] bytes = Files.readAllBytes(file);
        return bytes[bytes.length - 1] != '\n';
    }

    private String firstFile() {
        return settings.userKnownHosts().isEmpty()
                ? "a known_hosts file"
                : settings.userKnownHosts().getFirst().toString();
    }

    private String line(PublicKey key) {
        return settings.knownHostsName() + " " + PublicKeyEntry.toString(key);
    }

    private static String describe(PublicKey key) {
        return fingerprint(key) + " (" + KeyUtils.getKeyType(key) + ")";
    }

    static String fingerprint(PublicKey key) {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
    }

    private static String unpadded(String fingerprint) {
        return fingerprint.endsWith("=")
                ? fingerprint.substring(0, fingerprint.length() - 1)
                : fingerprint;
    }
}
