package dev.holdfast.cli.token;

import dev.holdfast.proto.v1.Agent;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Checks an agent's sealing key against what this operator knows, and pins it when it is proven
/// for the first time.
public final class Binding {
    /// How far a sealing key can be trusted.
    public enum Trust {
        /// Pinned, and the same as before.
        PINNED,
        /// Proven by the token's binding key; pinned from now on.
        PROVEN,
        /// Enrolled by a token that was made elsewhere.
        UNKNOWN,
        /// The controller names another key than the pinned one.
        CHANGED,
        /// The binding does not fit the keys that the controller names.
        FORGED;

        public boolean alarming() {
            return this == CHANGED || this == FORGED;
        }
    }

    private final TokenKeys tokens;
    private final KnownAgents known;

    public Binding(TokenKeys tokens, KnownAgents known) {
        this.tokens = tokens;
        this.known = known;
    }

    public Trust check(Agent agent) throws IOException {
        byte[] sealing = agent.getSealingKey().toByteArray();
        Optional<byte[]> pinned = known.find(agent.getId());
        if (pinned.isPresent()) {
            return MessageDigest.isEqual(pinned.get(), sealing) ? Trust.PINNED : Trust.CHANGED;
        }
        Optional<byte[]> key = tokens.find(agent.getTokenId());
        if (key.isEmpty()) {
            return Trust.UNKNOWN;
        }
        byte[] expected = mac(key.get(), agent.getIdentityKeyHash().toByteArray(), sealing);
        if (!MessageDigest.isEqual(expected, agent.getBinding().toByteArray())) {
            return Trust.FORGED;
        }
        known.pin(agent.getId(), sealing);
        return Trust.PROVEN;
    }

    /// HMAC-SHA256 over both keys, as the agent made it when it enrolled.
    static byte[] mac(byte[] bindKey, byte[] identityKeyHash, byte[] sealingKey) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bindKey, "HmacSHA256"));
            mac.update(identityKeyHash);
            return mac.doFinal(sealingKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA256", e);
        }
    }
}
