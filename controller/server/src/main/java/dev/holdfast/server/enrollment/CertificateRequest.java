package dev.holdfast.server.enrollment;

import dev.holdfast.server.failure.RequestException;

import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;

/// A checked PKCS#10 request: the sender holds the private key, and the key is P-256 or Ed25519.
///
/// Of the request only the key is used; names and extensions are the controller's to decide.
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record CertificateRequest(PublicKey key, byte[] keyHash) {
    private static final int LONGEST = 8192;

    public static CertificateRequest parse(byte[] der) throws RequestException {
        if (der.length == 0 || der.length > LONGEST) {
            throw RequestException.invalid("csr", "a PKCS#10 request in DER is needed");
        }
        try {
            var request = new JcaPKCS10CertificationRequest(der);
            SubjectPublicKeyInfo info = request.getSubjectPublicKeyInfo();
            if (!isAllowed(info)) {
                throw RequestException.invalid("csr", "the key must be P-256 or Ed25519");
            }
            var verifier = new JcaContentVerifierProviderBuilder().build(info);
            if (!request.isSignatureValid(verifier)) {
                throw RequestException.invalid("csr", "the signature does not match the key");
            }
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(info.getEncoded("DER"));
            return new CertificateRequest(request.getPublicKey(), hash);
        } catch (IOException
                | OperatorCreationException
                | PKCSException
                | GeneralSecurityException
                | IllegalArgumentException e) {
            var refused = RequestException.invalid("csr", "not a valid PKCS#10 request");
            refused.initCause(e);
            throw refused;
        }
    }

    private static boolean isAllowed(SubjectPublicKeyInfo info) {
        var algorithm = info.getAlgorithm();
        boolean p256 =
                X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm.getAlgorithm())
                        && SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters());
        return p256 || EdECObjectIdentifiers.id_Ed25519.equals(algorithm.getAlgorithm());
    }
}
