package dev.holdfast.sftp.ssh;

import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/// Reads identity files: private ones in OpenSSH or PEM form, and the public halves beside them.
final class IdentityFiles {
    private static final long SIZE_MAX = 64 * 1024;
    private static final String OPENSSH_BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private static final String OPENSSH_END = "-----END OPENSSH PRIVATE KEY-----";
    private static final String OPENSSH_MAGIC = "openssh-key-v1";

    private static final Set<PosixFilePermission> TOO_OPEN =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private IdentityFiles() {}

    /// What a file turned out to be.
    sealed interface Loaded {
        /// Can sign.
        record Usable(KeyPair pair) implements Loaded {}

        /// Only the public half can be read here; an ssh-agent may hold the private one.
        ///
        /// @param encrypted whether the private half is in the file, under a passphrase
        record PublicOnly(PublicKey key, boolean encrypted) implements Loaded {}

        /// Encrypted, and the public half is not to be seen.
        record Encrypted() implements Loaded {}

        record Missing() implements Loaded {}

        /// There, and of no use.
        record Unreadable(String why) implements Loaded {}
    }

    static Loaded load(Path file) {
        Optional<PublicKey> beside = publicKey(Path.of(file + ".pub"));
        if (!Files.exists(file)) {
            return beside.isPresent()
                    ? new Loaded.PublicOnly(beside.get(), false)
                    : new Loaded.Missing();
        }
        try {
            if (Files.isDirectory(file) || Files.size(file) > SIZE_MAX) {
                return new Loaded.Unreadable("it is no identity file");
            }
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            Optional<PublicKey> itself = parsePublic(text);
            if (itself.isPresent()) {
                return new Loaded.PublicOnly(itself.get(), false);
            }
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (mode.stream().anyMatch(TOO_OPEN::contains)) {
                return new Loaded.Unreadable(
                        "others may read it ("
                                + PosixFilePermissions.toString(mode)
                                + "); run chmod 600 "
                                + file);
            }
            if (text.contains("BEGIN DSA PRIVATE KEY")) {
                return new Loaded.Unreadable("DSA identities are too weak; make an ed25519 one");
            }
            if (isEncrypted(text)) {
                Optional<PublicKey> inside = beside.isPresent() ? beside : publicHalf(text);
                return inside.isPresent()
                        ? new Loaded.PublicOnly(inside.get(), true)
                        : new Loaded.Encrypted();
            }
            Iterable<KeyPair> pairs =
                    SecurityUtils.loadKeyPairIdentities(
                            null,
                            new PathResource(file),
                            new ByteArrayInputStream(bytes),
                            FilePasswordProvider.EMPTY);
            if (pairs != null) {
                for (KeyPair pair : pairs) {
                    return new Loaded.Usable(pair);
                }
            }
            return new Loaded.Unreadable("it holds no private key");
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return new Loaded.Unreadable(reason(e));
        }
    }

    private static String reason(Exception e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    private static Optional<PublicKey> publicKey(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > SIZE_MAX) {
                return Optional.empty();
            }
            return parsePublic(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> parsePublic(String text) {
        for (String line : text.lines().toList()) {
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            if (!stripped.matches("(ssh-|ecdsa-|sk-)[^ ]+ +AAAA[A-Za-z0-9+/=]+.*")) {
                return Optional.empty();
            }
            try {
                return resolved(
                        PublicKeyEntry.parsePublicKeyEntry(stripped)
                                .resolvePublicKey(null, null, null));
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<PublicKey> resolved(@Nullable PublicKey key) {
        return Optional.ofNullable(key);
    }

    private static boolean isEncrypted(String text) {
        if (text.contains("BEGIN ENCRYPTED PRIVATE KEY")
                || text.contains("Proc-Type: 4,ENCRYPTED")) {
            return true;
        }
        return openSshBlob(text).filter(blob -> !blob.getString().equals("none")).isPresent();
    }

    /// The public key that the OpenSSH form carries in the clear.
    private static Optional<PublicKey> publicHalf(String text) {
        Optional<ByteArrayBuffer> blob = openSshBlob(text);
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        try {
            blob.get().getString(); // cipher
            blob.get().getString(); // key derivation
            blob.get().getBytes(); // its options
            if (blob.get().getInt() < 1) {
                return Optional.empty();
            }
            return resolved(new ByteArrayBuffer(blob.get().getBytes()).getRawPublicKey());
        } catch (SshException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<ByteArrayBuffer> openSshBlob(String text) {
        int begin = text.indexOf(OPENSSH_BEGIN);
        int end = text.indexOf(OPENSSH_END);
        if (begin < 0 || end < begin) {
            return Optional.empty();
        }
        byte[] bytes =
                Base64.getMimeDecoder().decode(text.substring(begin + OPENSSH_BEGIN.length(), end));
        int magic = OPENSSH_MAGIC.length() + 1;
        if (bytes.length < magic
                || !new String(bytes, 0, magic - 1, StandardCharsets.US_ASCII)
                        .equals(OPENSSH_MAGIC)) {
            return Optional.empty();
        }
        return Optional.of(new ByteArrayBuffer(bytes, magic, bytes.length - magic));
    }
}
