package dev.holdfast.daemon.enrollment;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Channels to the controller: TLS 1.3, its own authority as the only anchor.
public final class ControllerChannel {
    /// Both sides notice a dead connection within a minute: a ping after 20 s, 20 s for the answer.
    private static final long KEEPALIVE_SECONDS = 20;

    private ControllerChannel() {}

    /// For a host that is no agent yet.
    static ManagedChannel pinned(ControllerAddress address, PinnedTrust trust) throws IOException {
        return channel(address, contexts().trustManager(trust));
    }

    /// For an agent, with its certificate.
    public static ManagedChannel mutual(
            ControllerAddress address,
            X509Certificate authority,
            PrivateKey key,
            List<X509Certificate> chain)
            throws IOException {
        try {
            return channel(
                    address,
                    contexts()
                            .trustManager(PinnedTrust.trusting(authority))
                            .keyManager(key, chain.toArray(X509Certificate[]::new)));
        } catch (GeneralSecurityException e) {
            throw new IOException("the identity of this agent cannot be used", e);
        }
    }

    private static SslContextBuilder contexts() {
        return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                .protocols("TLSv1.3");
    }

    private static ManagedChannel channel(ControllerAddress address, SslContextBuilder contexts)
            throws IOException {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .sslContext(contexts.build())
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .disableRetry()
                .build();
    }
}
