package dev.holdfast.server.enrollment;

import dev.holdfast.server.file.StateFiles;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;

/// The installation's own certificate authority: one P-256 key in a file, no intermediate.
/// Thread-safe.
public final class CertificateAuthority {
    public static final Duration AGENT_LIFETIME = Duration.ofDays(30);
    public static final String AGENT_URI = "holdfast:agent:";

    static final Duration SERVER_LIFETIME = Duration.ofDays(730);
    private static final Duration LIFETIME = Duration.ofDays(3650);
    // for clocks of hosts that are a little behind ours
    private static final Duration BACKDATED = Duration.ofMinutes(10);

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final InstantSource clock;
    private final SecureRandom random;

    private CertificateAuthority(
            PrivateKey key, X509Certificate certificate, InstantSource clock, SecureRandom random) {
        this.key = key;
        this.certificate = certificate;
        this.clock = clock;
        this.random = random;
    }

    /// Opens the authority in a directory. The first time it makes key and certificate in a
    /// directory beside it and renames that, so that there is never a key without its certificate.
    public static CertificateAuthority openOrCreate(
            Path directory, InstantSource clock, SecureRandom random) throws IOException {
        Path keyFile = directory.resolve("ca.key");
        Path certificateFile = directory.resolve("ca.pem");
        if (!Files.exists(directory)) {
            create(directory, clock, random);
        }
        if (!Files.exists(keyFile) || !Files.exists(certificateFile)) {
            throw new IOException(
                    "the certificate authority in "
                            + directory
                            + " is incomplete: restore ca.key and ca.pem from a backup; agents"
                            + " trust no other authority");
        }
        PrivateKey key = Pem.privateKey(Files.readString(keyFile, StandardCharsets.US_ASCII));
        X509Certificate certificate =
                Pem.certificate(Files.readString(certificateFile, StandardCharsets.US_ASCII));
        return new CertificateAuthority(key, certificate, clock, random);
    }

    private static void create(Path directory, InstantSource clock, SecureRandom random)
            throws IOException {
        KeyPair pair = newKeyPair(random);
        Instant now = clock.instant();
        var name = new X500Name("CN=Holdfast CA " + new BigInteger(64, random).toString(16));
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        serial(random),
                        Date.from(now.minus(BACKDATED)),
                        Date.from(now.plus(LIFETIME)),
                        name,
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        X509Certificate certificate = sign(builder, pair.getPrivate());
        Path fresh = Files.createTempDirectory(parent(directory), ".ca-");
        byte[] keyPem = Pem.of(pair.getPrivate()).getBytes(StandardCharsets.US_ASCII);
        byte[] certificatePem = Pem.of(certificate).getBytes(StandardCharsets.US_ASCII);
        StateFiles.writePrivate(fresh.resolve("ca.key"), keyPem);
        StateFiles.writeReadable(fresh.resolve("ca.pem"), certificatePem);
        Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
        StateFiles.forceDirectory(parent(directory));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public String pem() {
        return Pem.of(certificate);
    }

    /// `SHA256:` and the unpadded base64 of the hash of the certificate.
    public String fingerprint() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A certificate that says: the holder of this key is the agent with this id.
    public X509Certificate issueAgent(String agentId, PublicKey agentKey) {
        var uri = new GeneralName(GeneralName.uniformResourceIdentifier, AGENT_URI + agentId);
        return issue(
                "CN=" + agentId,
                agentKey,
                new GeneralNames(uri),
                KeyPurposeId.id_kp_clientAuth,
                AGENT_LIFETIME);
    }

    X509Certificate issueServer(List<String> names, PublicKey serverKey) {
        GeneralName[] general =
                names.stream().map(CertificateAuthority::name).toArray(GeneralName[]::new);
        return issue(
                "CN=Holdfast controller",
                serverKey,
                new GeneralNames(general),
                KeyPurposeId.id_kp_serverAuth,
                SERVER_LIFETIME);
    }

    private X509Certificate issue(
            String subject,
            PublicKey subjectKey,
            GeneralNames names,
            KeyPurposeId purpose,
            Duration lifetime) {
        Instant now = clock.instant();
        var builder =
                new JcaX509v3CertificateBuilder(
                        certificate,
                        serial(random),
                        Date.from(now.minus(BACKDATED)),
                        Date.from(now.plus(lifetime)),
                        new X500Name(subject),
                        subjectKey);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, names);
        } catch (CertIOException e) {
            throw new UncheckedIOException(e);
        }
        return sign(builder, key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key) {
        try {
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair newKeyPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean isAddress(String name) {
        try {
            return !InetAddress.ofLiteral(name).getHostAddress().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static GeneralName name(String name) {
        return new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(126, random).setBit(126);
    }

    private static Path parent(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("no parent: " + directory);
        }
        return parent;
    }
}
