package dev.holdfast.sftp.ssh;

import org.apache.sshd.client.auth.AbstractUserAuthFactory;
import org.apache.sshd.client.auth.UserAuth;
import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.signature.SignatureFactoriesManager;
import org.apache.sshd.common.util.buffer.Buffer;

import java.security.KeyPair;
import java.util.Iterator;
import java.util.List;

/// Offers the identities of this host's [Handshake], and nothing else.
final class PublicKeyAuth extends UserAuthPublicKey {
    private PublicKeyAuth() {
        super(AlgorithmLists.signatures());
    }

    @Override
    protected Iterator<PublicKeyIdentity> createPublicKeyIterator(
            ClientSession session, SignatureFactoriesManager manager) {
        return Handshake.of(session).offers();
    }

    /// An ssh-agent may sign with what Java cannot, as identities on a token.
    @Override
    protected String getDefaultSignatureAlgorithm(
            ClientSession session,
            String service,
            PublicKeyIdentity identity,
            KeyPair keyPair,
            String keyType) {
        return keyType;
    }

    @Override
    public void signalAuthMethodFailure(
            ClientSession session,
            String service,
            boolean partial,
            List<String> serverMethods,
            Buffer buffer)
            throws Exception {
        Handshake.of(session).refused(serverMethods, partial);
        super.signalAuthMethodFailure(session, service, partial, serverMethods, buffer);
    }

    /// Makes one per sign-in.
    static final class Factory extends AbstractUserAuthFactory {
        Factory() {
            super(UserAuthPublicKey.NAME);
        }

        @Override
        public UserAuth createUserAuth(ClientSession session) {
            return new PublicKeyAuth();
        }
    }
}
