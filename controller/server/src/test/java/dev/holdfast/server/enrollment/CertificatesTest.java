package dev.holdfast.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// The authority and the controller's own certificate over restarts.
class CertificatesTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir Path dir;
    private final SecureRandom random = new SecureRandom();

    private CertificateAuthority authority(Instant now) throws IOException {
        return CertificateAuthority.openOrCreate(
                dir.resolve("ca"), InstantSource.fixed(now), random);
    }

    private ServerCertificate server(Instant now, String... names) throws IOException {
        return ServerCertificate.openOrIssue(
                dir.resolve("server.pem"),
                authority(now),
                List.of(names),
                InstantSource.fixed(now),
                random);
    }

    @Test
    void theAuthorityIsMadeOnce() throws Exception {
        String first = authority(START).fingerprint();
        assertThat(authority(START.plusSeconds(1)).fingerprint()).isEqualTo(first);
        Files.delete(dir.resolve("ca/ca.pem"));
        assertThatThrownBy(() -> authority(START))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("restore");
    }

    @Test
    void theServerCertificateFollowsItsNamesAndItsEnd() throws Exception {
        var first = server(START, "localhost", "127.0.0.1", "::1").certificate();
        assertThat(server(START, "::1", "127.0.0.1", "localhost").certificate()).isEqualTo(first);
        var other = server(START, "localhost", "backup.example.org").certificate();
        assertThat(other).isNotEqualTo(first);
        Instant late = START.plus(CertificateAuthority.SERVER_LIFETIME).minus(Duration.ofDays(80));
        assertThat(server(late, "localhost", "backup.example.org").certificate())
                .isNotEqualTo(other);
    }
}
