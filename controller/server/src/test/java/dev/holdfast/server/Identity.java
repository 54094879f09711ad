package dev.holdfast.server;

import dev.holdfast.proto.v1.EnrollReply;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;

/// Keys and certificates of the other side, written by hand as an agent would.
final class Identity {
    private Identity() {}

    static KeyPair newKeys(String algorithm) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair();
    }

    static byte[] csr(KeyPair keys) throws Exception {
        return csr(keys, keys);
    }

    /// A request for the key of the first pair, signed with the second.
    static byte[] csr(KeyPair keys, KeyPair signer) throws Exception {
        boolean ec = signer.getPrivate().getAlgorithm().startsWith("EC");
        String algorithm = ec ? "SHA256withECDSA" : signer.getPrivate().getAlgorithm();
        if (algorithm.equals("EdDSA")) {
            algorithm = "Ed25519";
        } else if (algorithm.equals("RSA")) {
            algorithm = "SHA256withRSA";
        }
        return new JcaPKCS10CertificationRequestBuilder(
                        new X500Name("CN=whoever"), keys.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
                .getEncoded();
    }

    static X509Certificate certificate(byte[] der) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    static X509Certificate authority(Path state) throws Exception {
        return certificate(Files.readAllBytes(state.resolve("ca.pem")));
    }

    static X509Certificate own(EnrollReply reply) throws Exception {
        return certificate(reply.getCertificateChain(0).toByteArray());
    }

    static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /// A channel that trusts only this authority and shows nothing.
    static ManagedChannel channel(int port, X509Certificate authority) throws Exception {
        var tls = SslContextBuilder.forClient().trustManager(authority);
        return channel(port, tls);
    }

    /// A channel that shows a certificate.
    static ManagedChannel channel(
            int port, X509Certificate authority, KeyPair keys, X509Certificate... chain)
            throws Exception {
        var tls =
                SslContextBuilder.forClient()
                        .trustManager(authority)
                        .keyManager(keys.getPrivate(), chain);
        return channel(port, tls);
    }

    private static ManagedChannel channel(int port, SslContextBuilder tls) throws Exception {
        return NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(GrpcSslContexts.configure(tls, SslProvider.JDK).build())
                .build();
    }
}
