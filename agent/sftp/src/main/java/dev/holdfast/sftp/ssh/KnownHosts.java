package dev.holdfast.sftp.ssh;

import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The lines of known-hosts files that speak of one host: plain names and patterns, hashed names,
/// `[host]:port`, `@revoked`; lines of `@cert-authority` are kept apart, since host certificates
/// are not carried out.
///
/// @param keys keys the host may have
/// @param revoked keys it must not have
/// @param authorities where a certificate authority is named for it
record KnownHosts(List<Entry> keys, List<Entry> revoked, List<String> authorities) {
    private static final Logger LOG = LoggerFactory.getLogger(KnownHosts.class);
    private static final String HASHED = "|1|";

    /// One key of a file.
    ///
    /// @param source file and line
    record Entry(String type, PublicKey key, String source) {}

    /// What is known of `name`: a host, or `[host]:port`.
    static KnownHosts read(List<Path> files, String name) {
        KnownHosts found = new KnownHosts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Path file : files) {
            try {
                found.readFile(file, name.toLowerCase(Locale.ROOT));
            } catch (IOException e) {
                if (Files.exists(file)) {
                    LOG.atWarn()
                            .addKeyValue("file", file)
                            .log("a known-hosts file cannot be read: {}", e.toString());
                }
            }
        }
        return found;
    }

    private void readFile(Path file, String name) throws IOException {
        int number = 0;
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
            number++;
            List<String> words = List.of(line.strip().split("[ \\t]+"));
            boolean marked = words.getFirst().startsWith("@");
            int at = marked ? 1 : 0;
            if (words.size() < at + 3
                    || words.getFirst().startsWith("#")
                    || !namesHost(words.get(at), name)) {
                continue;
            }
            String source = file + " line " + number;
            if (marked && words.getFirst().equals("@cert-authority")) {
                authorities.add(source);
                continue;
            }
            Optional<Entry> entry = entry(words.get(at + 1), words.get(at + 2), source);
            if (entry.isEmpty()) {
                continue;
            }
            if (!marked) {
                keys.add(entry.get());
            } else if (words.getFirst().equals("@revoked")) {
                revoked.add(entry.get());
            }
        }
    }

    private static Optional<Entry> entry(String type, String base64, String source) {
        try {
            PublicKey key =
                    PublicKeyEntry.parsePublicKeyEntry(type + " " + base64)
                            .resolvePublicKey(null, null, null);
            return key == null ? Optional.empty() : Optional.of(new Entry(type, key, source));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            LOG.atDebug().log("{}: no key that can be used: {}", source, e.toString());
            return Optional.empty();
        }
    }

    private static boolean namesHost(String field, String name) {
        if (field.startsWith(HASHED)) {
            return hashMatches(field, name);
        }
        return HostPattern.matchesList(List.of(field.toLowerCase(Locale.ROOT).split(",")), name);
    }

    /// `|1|salt|HMAC-SHA1(salt, name)`.
    private static boolean hashMatches(String field, String name) {
        String[] parts = field.substring(HASHED.length()).split("\\|", -1);
        if (parts.length != 2) {
            return false;
        }
        try {
            byte[] salt = Base64.getDecoder().decode(parts[0]);
            byte[] expected = Base64.getDecoder().decode(parts[1]);
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(salt, "HmacSHA1"));
            byte[] actual = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
            return MessageDigest.isEqual(expected, actual);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    Optional<Entry> find(PublicKey key) {
        return keys.stream().filter(entry -> KeyUtils.compareKeys(entry.key(), key)).findFirst();
    }

    Optional<Entry> findRevoked(PublicKey key) {
        return revoked.stream().filter(entry -> KeyUtils.compareKeys(entry.key(), key)).findFirst();
    }

    /// Key types as the signature algorithms name them, without doubles.
    List<String> types() {
        return keys.stream().map(Entry::type).distinct().toList();
    }
}
