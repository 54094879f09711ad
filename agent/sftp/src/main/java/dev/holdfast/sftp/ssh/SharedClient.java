package dev.holdfast.sftp.ssh;

import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.jspecify.annotations.Nullable;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The one SSH client of this process. Each client owns I/O threads and a timer, so connections
/// share it; everything that differs between them stands in the [Handshake] of each session. Its
/// threads are daemons and never keep a process alive.
final class SharedClient {
    private static final int IO_THREADS = 2;

    /// How much the server may send ahead: 16 MiB keep a link of 100 ms at 160 MB/s full.
    private static final long WINDOW_SIZE = 16L << 20;

    private static final int READ_BUFFER_SIZE = 256 << 10;
    private static final int SOCKET_BUFFER_SIZE = 2 << 20;
    private static final Duration AUTHENTICATION_TIMEOUT = Duration.ofSeconds(60);

    private SharedClient() {}

    static SshClient client() {
        return Holder.CLIENT;
    }

    private static SshClient start() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setFilePasswordProvider(FilePasswordProvider.EMPTY);
        client.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        client.setServerKeyVerifier(
                (session, address, key) -> Handshake.of(session).verify(session, key));
        client.setCipherFactories(AlgorithmLists.ciphers());
        client.setMacFactories(AlgorithmLists.macs());
        client.setKeyExchangeFactories(AlgorithmLists.keyExchanges());
        client.setSignatureFactories(AlgorithmLists.signatures());
        client.setUserAuthFactories(List.of(new PublicKeyAuth.Factory()));
        client.addSessionListener(new Dispatcher());
        CoreModuleProperties.NIO_WORKERS.set(client, IO_THREADS);
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        CoreModuleProperties.WINDOW_SIZE.set(client, WINDOW_SIZE);
        CoreModuleProperties.NIO2_READ_BUFFER_SIZE.set(client, READ_BUFFER_SIZE);
        CoreModuleProperties.SOCKET_SNDBUF.set(client, SOCKET_BUFFER_SIZE);
        CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.AUTH_TIMEOUT.set(client, AUTHENTICATION_TIMEOUT);
        client.start();
        Thread.ofPlatform().daemon().name("aes-gcm-warm-up").start(SharedClient::warmUpGcm);
        return client;
    }

    /// AES-GCM runs on the processor's instructions only once the JDK's method around it is
    /// compiled, which takes some 12,000 calls; in packets of 32 KiB that would be the first 400
    /// MB.
    private static void warmUpGcm() {
        try {
            SecretKeySpec key = new SecretKeySpec(new byte[16], "AES");
            byte[] nonce = new byte[12];
            byte[] in = new byte[512];
            byte[] out = new byte[in.length + 16];
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            for (int i = 0; i < 12_000; i++) {
                nonce[0] = (byte) i;
                nonce[1] = (byte) (i >> 8);
                cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
                cipher.update(in, 0, in.length, out, 0);
                cipher.doFinal(out, 0);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    /// Started by the first connection.
    private static final class Holder {
        static final SshClient CLIENT = start();
    }

    /// Hands what happens to a session to its own [Handshake].
    private static final class Dispatcher implements SessionListener {
        @Override
        public void sessionCreated(Session session) {
            Handshake.of((ClientSession) session).created((ClientSession) session);
        }

        @Override
        public void sessionPeerIdentificationLine(
                Session session, String line, List<String> extraLines) {
            Handshake.of((ClientSession) session).greeting(line);
        }

        @Override
        public void sessionPeerIdentificationReceived(
                Session session, String version, List<String> extraLines) {
            Handshake.of((ClientSession) session).banner(version);
        }

        @Override
        public void sessionNegotiationEnd(
                Session session,
                Map<KexProposalOption, String> clientProposal,
                Map<KexProposalOption, String> serverProposal,
                Map<KexProposalOption, String> negotiated,
                @Nullable Throwable reason) {
            Handshake.of((ClientSession) session).negotiated(negotiated, reason);
        }

        @Override
        public void sessionEvent(Session session, Event event) {
            if (event == Event.KeyEstablished) {
                Handshake.of((ClientSession) session).established();
            }
        }

        @Override
        public void sessionException(Session session, Throwable t) {
            Handshake.of((ClientSession) session).failed(t);
        }

        @Override
        public void sessionDisconnect(
                Session session, int reason, String msg, String language, boolean initiator) {
            Handshake.of((ClientSession) session).disconnected(reason, msg, initiator);
        }

        @Override
        public void sessionClosed(Session session) {
            Handshake.of((ClientSession) session).closed();
        }
    }
}
