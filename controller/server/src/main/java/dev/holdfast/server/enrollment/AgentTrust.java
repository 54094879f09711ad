package dev.holdfast.server.enrollment;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Which client certificates pass the TLS handshake: those of our authority, for client use.
///
/// Ordinary trust managers refuse an expired certificate, and an agent that was switched off for
/// more than a month could then never renew. This one lets it in for 90 days more; see
/// [#isExpired].
public final class AgentTrust extends X509ExtendedTrustManager {
    public static final Duration RENEWABLE_AFTER_EXPIRY = Duration.ofDays(90);

    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final X509Certificate authority;
    private final InstantSource clock;

    public AgentTrust(CertificateAuthority authority, InstantSource clock) {
        this.authority = authority.certificate();
        this.clock = clock;
    }

    /// The agent's id that the certificate states.
    public static Optional<String> agentId(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names == null || names.size() != 1) {
                return Optional.empty();
            }
            List<?> name = names.iterator().next();
            String uri = String.valueOf(name.get(1));
            boolean agent =
                    Integer.valueOf(6).equals(name.get(0))
                            && uri.startsWith(CertificateAuthority.AGENT_URI);
            return agent
                    ? Optional.of(uri.substring(CertificateAuthority.AGENT_URI.length()))
                    : Optional.empty();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }

    public boolean isExpired(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().isBefore(clock.instant());
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("no certificate");
        }
        X509Certificate certificate = chain[0];
        if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
            throw new CertificateException("not a certificate of this installation");
        }
        try {
            certificate.verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CertificateException("not signed by this installation", e);
        }
        List<String> purposes = certificate.getExtendedKeyUsage();
        if (certificate.getBasicConstraints() != -1
                || purposes == null
                || !purposes.contains(CLIENT_AUTH)) {
            throw new CertificateException("not the certificate of an agent");
        }
        Instant now = clock.instant();
        if (certificate.getNotBefore().toInstant().isAfter(now)) {
            throw new CertificateException("not valid yet");
        }
        if (certificate.getNotAfter().toInstant().plus(RENEWABLE_AFTER_EXPIRY).isBefore(now)) {
            throw new CertificateException("expired for too long to be renewed; enroll again");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("serves clients only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("serves clients only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("serves clients only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {authority};
    }
}
