package dev.holdfast.cli.rpc;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trusts one CA, known by the fingerprint of its certificate: the server sends the certificate
/// itself, and what the CA signed is then checked as usual (chain, dates, host name).
final class PinnedCa extends X509ExtendedTrustManager {
    private final String fingerprint;

    PinnedCa(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        by(chain).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        by(chain).checkServerTrusted(chain, authType, socket);
    }

    /// Refused: without the connection the host name could not be checked.
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("no connection to check the host name of");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("this side is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this side is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this side is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private X509ExtendedTrustManager by(X509Certificate[] chain) throws CertificateException {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("ca", pinned(chain));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new CertificateException("this Java has no PKIX trust manager");
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("cannot check the controller's certificate", e);
        }
    }

    private X509Certificate pinned(X509Certificate[] chain) throws GeneralSecurityException {
        for (X509Certificate certificate : chain) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            if (fingerprint.equals(
                    "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash))) {
                return certificate;
            }
        }
        throw new CertificateException(
                "no certificate of the server's chain has the pinned fingerprint " + fingerprint);
    }
}
