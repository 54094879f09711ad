package dev.holdfast.daemon.state;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.Failure;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/// Who this agent is: what the controller said at enrollment, and the keys made on this host.
///
/// The private halves are read when they are needed and never printed. A renewed certificate is a
/// *candidate* beside the one in force until a connection with it has worked.
public final class Identity {
    private static final String NAMES = "agent.properties";
    private static final String KEY = "identity.key";
    private static final String CHAIN = "identity.crt";
    private static final String CANDIDATE = "candidate.crt";
    private static final String SEALING = "sealing.key";
    private static final String CA = "controller-ca.pem";

    /// What the controller calls this agent and itself.
    ///
    /// @param controller host:port as given at enrollment
    /// @param installationId of the controller, part of what secrets are sealed with
    public record Names(
            String agentId, String agentName, String installationId, String controller) {}

    private final StateDirectory directory;
    private final Names names;

    private Identity(StateDirectory directory, Names names) {
        this.directory = directory;
        this.names = names;
    }

    /// Reads what enrollment stored.
    ///
    /// @throws FailureException where this host is not enrolled
    public static Identity load(StateDirectory directory) throws IOException {
        Properties properties = new Properties();
        byte[] bytes = directory.read(NAMES).orElseThrow(() -> notEnrolled(directory));
        properties.load(new ByteArrayInputStream(bytes));
        return new Identity(
                directory,
                new Names(
                        property(directory, properties, "agent_id"),
                        property(directory, properties, "agent_name"),
                        property(directory, properties, "installation_id"),
                        property(directory, properties, "controller")));
    }

    public static boolean exists(StateDirectory directory) throws IOException {
        return directory.read(NAMES).isPresent();
    }

    private static FailureException notEnrolled(StateDirectory directory) {
        return new FailureException(
                Failure.Code.NOT_FOUND,
                "this host is not enrolled: no identity in " + directory.root(),
                "holdfast-agent enroll --controller HOST:PORT --ca-fingerprint SHA256:…"
                        + " --token-file FILE");
    }

    private static String property(StateDirectory directory, Properties properties, String key)
            throws FailureException {
        String value = properties.getProperty(key);
        if (value == null) throw damaged(directory, NAMES + " has no " + key, null);
        return value;
    }

    private static FailureException damaged(
            StateDirectory directory, String what, @Nullable Exception e) {
        return new FailureException(
                Failure.Code.INTERNAL,
                "the identity in " + directory.root() + " cannot be used: " + what,
                "enroll this host again with a new token",
                e);
    }

    /// Stores a new identity; the names come last, so that a half-written one does not count.
    public static Identity store(
            StateDirectory directory,
            Names names,
            PrivateKey identityKey,
            byte[] sealingKey,
            List<X509Certificate> chain,
            X509Certificate ca)
            throws IOException {
        directory.delete(NAMES);
        directory.delete(CANDIDATE);
        byte[] encoded = identityKey.getEncoded();
        directory.write(KEY, pem("PRIVATE KEY", encoded));
        Arrays.fill(encoded, (byte) 0);
        directory.write(SEALING, pem("HOLDFAST SEALING KEY", sealingKey));
        directory.write(CHAIN, pem(chain));
        directory.write(CA, pem(List.of(ca)));
        Properties properties = new Properties();
        properties.setProperty("agent_id", names.agentId());
        properties.setProperty("agent_name", names.agentName());
        properties.setProperty("installation_id", names.installationId());
        properties.setProperty("controller", names.controller());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        properties.store(out, null);
        directory.write(NAMES, out.toByteArray());
        return new Identity(directory, names);
    }

    public Names names() {
        return names;
    }

    public PrivateKey privateKey() throws IOException {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(unpem(KEY)));
        } catch (GeneralSecurityException e) {
            throw damaged(directory, KEY, e);
        }
    }

    /// The X25519 private key, 32 bytes; the caller wipes it.
    public byte[] sealingKey() throws IOException {
        return unpem(SEALING);
    }

    /// The certificate in force and its issuers, the agent's own first.
    public List<X509Certificate> chain() throws IOException {
        return certificates(CHAIN)
                .orElseThrow(() -> damaged(directory, CHAIN + " is missing", null));
    }

    /// A renewed chain that has not been tried yet.
    public Optional<List<X509Certificate>> candidate() throws IOException {
        return certificates(CANDIDATE);
    }

    public void storeCandidate(List<X509Certificate> chain) throws IOException {
        directory.write(CANDIDATE, pem(chain));
    }

    /// The candidate has worked: from now on it is the certificate.
    public void promoteCandidate() throws IOException {
        Optional<byte[]> bytes = directory.read(CANDIDATE);
        if (bytes.isPresent()) {
            directory.write(CHAIN, bytes.get());
            directory.delete(CANDIDATE);
        }
    }

    /// The candidate was refused: ask for another.
    public void dropCandidate() throws IOException {
        directory.delete(CANDIDATE);
    }

    /// The controller's authority, pinned at enrollment.
    public X509Certificate ca() throws IOException {
        return certificates(CA)
                .orElseThrow(() -> damaged(directory, CA + " is missing", null))
                .getFirst();
    }

    private Optional<List<X509Certificate>> certificates(String name) throws IOException {
        Optional<byte[]> bytes = directory.read(name);
        if (bytes.isEmpty()) return Optional.empty();
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes.get()))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) throw damaged(directory, name + " is empty", null);
            return Optional.of(chain);
        } catch (GeneralSecurityException e) {
            throw damaged(directory, name, e);
        }
    }

    private byte[] unpem(String name) throws IOException {
        byte[] bytes =
                directory
                        .read(name)
                        .orElseThrow(() -> damaged(directory, name + " is missing", null));
        String body =
                new String(bytes, StandardCharsets.US_ASCII)
                        .lines()
                        .filter(line -> !line.startsWith("-----"))
                        .reduce("", String::concat);
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw damaged(directory, name, e);
        }
    }

    private static byte[] pem(List<X509Certificate> chain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Certificate certificate : chain) {
            try {
                out.writeBytes(pem("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IOException("a certificate that cannot be written", e);
            }
        }
        return out.toByteArray();
    }

    private static byte[] pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
