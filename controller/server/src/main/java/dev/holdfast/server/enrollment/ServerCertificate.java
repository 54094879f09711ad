package dev.holdfast.server.enrollment;

import dev.holdfast.server.file.StateFiles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// What the controller shows to callers: a certificate of its own authority for its advertised
/// names.
///
/// Key and certificate share one file, so that they always belong together. At start-up it is made
/// anew when the names changed, when it ends within 90 days, or when it is not of this authority.
public record ServerCertificate(PrivateKey key, X509Certificate certificate) {
    private static final Duration RENEW_BEFORE = Duration.ofDays(90);

    public static ServerCertificate openOrIssue(
            Path file,
            CertificateAuthority authority,
            List<String> names,
            InstantSource clock,
            SecureRandom random)
            throws IOException {
        var wanted = new TreeSet<>(names);
        Optional<ServerCertificate> found = read(file);
        if (found.isPresent() && found.get().serves(wanted, authority, clock)) {
            return found.get();
        }
        KeyPair pair = CertificateAuthority.newKeyPair(random);
        X509Certificate fresh = authority.issueServer(List.copyOf(wanted), pair.getPublic());
        String pem =
                "# names: %s\n".formatted(String.join(" ", wanted))
                        + Pem.of(pair.getPrivate())
                        + Pem.of(fresh);
        StateFiles.writePrivate(file, pem.getBytes(StandardCharsets.UTF_8));
        return new ServerCertificate(pair.getPrivate(), fresh);
    }

    private boolean serves(
            TreeSet<String> wanted, CertificateAuthority authority, InstantSource clock) {
        try {
            certificate.verify(authority.certificate().getPublicKey());
            var names = new TreeSet<String>();
            var alternative = certificate.getSubjectAlternativeNames();
            if (alternative != null) {
                alternative.forEach(name -> names.add(String.valueOf(name.get(1))));
            }
            var canonical = new TreeSet<String>();
            wanted.forEach(name -> canonical.add(canonical(name)));
            return names.equals(canonical)
                    && certificate
                            .getNotAfter()
                            .toInstant()
                            .isAfter(clock.instant().plus(RENEW_BEFORE));
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String canonical(String name) {
        return CertificateAuthority.isAddress(name)
                ? java.net.InetAddress.ofLiteral(name).getHostAddress()
                : name;
    }

    private static Optional<ServerCertificate> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String pem = Files.readString(file);
        return Optional.of(new ServerCertificate(Pem.privateKey(pem), Pem.certificate(pem)));
    }
}
