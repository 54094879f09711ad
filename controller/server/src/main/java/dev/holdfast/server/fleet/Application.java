package dev.holdfast.server.fleet;

import dev.holdfast.server.enrollment.CertificateRequest;
import dev.holdfast.server.failure.RequestException;

import java.util.regex.Pattern;

/// A host's request to become an agent, checked in form; whether its token is good is not yet
/// known.
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record Application(
        String tokenId,
        byte[] auth,
        CertificateRequest certificate,
        byte[] sealingKey,
        byte[] binding,
        HostFacts facts) {
    private static final Pattern HOST_NAME =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

    public static Application of(
            String tokenId,
            byte[] auth,
            byte[] csr,
            byte[] sealingKey,
            byte[] binding,
            HostFacts facts)
            throws RequestException {
        if (tokenId.isEmpty()) {
            throw RequestException.invalid("token_id", "is missing");
        }
        if (auth.length != 32) {
            throw RequestException.invalid("auth", "32 bytes are needed");
        }
        if (sealingKey.length != 32) {
            throw RequestException.invalid(
                    "sealing_key", "an X25519 public key (32 bytes) is needed");
        }
        if (binding.length != 32) {
            throw RequestException.invalid("binding", "32 bytes are needed");
        }
        if (!HOST_NAME.matcher(facts.hostName()).matches()) {
            throw RequestException.invalid(
                    "facts.host_name",
                    "letters, digits, dot, dash and underscore are allowed, at most 253");
        }
        var certificate = CertificateRequest.parse(csr);
        return new Application(tokenId, auth, certificate, sealingKey, binding, facts);
    }
}
