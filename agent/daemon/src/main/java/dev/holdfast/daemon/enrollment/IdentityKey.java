package dev.holdfast.daemon.enrollment;

import com.google.protobuf.ByteString;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;

/// The key that is this agent, and the requests signed with it.
final class IdentityKey {
    private IdentityKey() {}

    static KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has P-256", e);
        }
    }

    /// PKCS#10, DER. The subject is a wish at most: the controller decides who we are.
    static byte[] request(PublicKey publicKey, PrivateKey privateKey) throws IOException {
        try {
            return new JcaPKCS10CertificationRequestBuilder(
                            new X500Name("CN=holdfast-agent"), publicKey)
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(privateKey))
                    .getEncoded();
        } catch (OperatorCreationException e) {
            throw new IOException("the request cannot be signed", e);
        }
    }

    /// Reads a chain as the wire carries it, and makes sure that it is for our key.
    static List<X509Certificate> chain(Iterable<ByteString> ders, PublicKey ours)
            throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (ByteString der : ders) {
                chain.add(
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(der.toByteArray())));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("the controller sent a certificate that cannot be read", e);
        }
        if (chain.isEmpty() || !chain.getFirst().getPublicKey().equals(ours)) {
            throw new IOException("the controller sent a certificate for another key than ours");
        }
        return chain;
    }
}
