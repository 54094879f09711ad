package dev.holdfast.daemon.enrollment;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trusts one authority, known at first by its fingerprint alone: the server sends the authority at
/// the end of its chain. The rest of the chain and the host name are then checked as ever, with
/// that authority as the only anchor. The web's authorities count for nothing.
final class PinnedTrust extends X509ExtendedTrustManager {
    private final CaFingerprint expected;
    private volatile @Nullable X509Certificate authority;

    PinnedTrust(CaFingerprint expected) {
        this.expected = expected;
    }

    /// The authority, once a server has shown it.
    Optional<X509Certificate> authority() {
        return Optional.ofNullable(authority);
    }

    /// Checks chain and host name against one authority.
    static X509ExtendedTrustManager trusting(X509Certificate authority)
            throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store", e);
        }
        store.setCertificateEntry("controller", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) return extended;
        }
        throw new GeneralSecurityException("no X.509 trust manager");
    }

    private X509ExtendedTrustManager anchored(X509Certificate[] chain) throws CertificateException {
        for (X509Certificate each : chain) {
            if (CaFingerprint.of(each).equals(expected) && each.getBasicConstraints() >= 0) {
                try {
                    X509ExtendedTrustManager anchored = trusting(each);
                    authority = each;
                    return anchored;
                } catch (GeneralSecurityException e) {
                    throw new CertificateException("the authority cannot be used", e);
                }
            }
        }
        String shown = chain.length == 0 ? "none" : CaFingerprint.of(chain[chain.length - 1]) + "";
        throw new CertificateException(
                "the server shows another authority than " + expected + ": " + shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        anchored(chain).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        anchored(chain).checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("a server is not trusted without its name");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw noClients();
    }

    private static CertificateException noClients() {
        return new CertificateException("clients are not trusted here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
