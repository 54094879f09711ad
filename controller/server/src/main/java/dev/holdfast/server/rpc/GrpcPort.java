package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.SystemInfo;
import dev.holdfast.server.enrollment.ServerCertificate;
import dev.holdfast.server.run.RestoreSource;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The one port: gRPC over TLS 1.3, for agents (with certificate) and operators (with token).
public final class GrpcPort implements AutoCloseable {
    private static final int LARGEST_MESSAGE = 4 << 20;
    private static final int LARGEST_METADATA = 16 << 10;
    // calls wait for the database here, which must not hold up carriers of virtual threads
    private static final int CALL_THREADS = 24;

    private final Server server;
    private final ThreadPoolExecutor calls;
    private final Sessions sessions;
    private final HealthStatusManager health;

    private GrpcPort(
            Server server,
            ThreadPoolExecutor calls,
            Sessions sessions,
            HealthStatusManager health) {
        this.server = server;
        this.calls = calls;
        this.sessions = sessions;
        this.health = health;
    }

    /// How the port behaves; times that tests make short.
    public record Settings(
            InetSocketAddress listen,
            String version,
            int heartbeatSeconds,
            Duration querySilence,
            int enrollmentBurst) {}

    public static GrpcPort open(
            Settings settings,
            ServerCertificate certificate,
            Features features,
            Sessions sessions,
            ScheduledExecutorService timer,
            InstantSource clock)
            throws IOException {
        var calls =
                new ThreadPoolExecutor(
                        CALL_THREADS,
                        CALL_THREADS,
                        30,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("call-", 0).daemon().factory(),
                        // the queue has no bound: refused is only what ends after the port was
                        // closed
                        new ThreadPoolExecutor.DiscardPolicy());
        calls.allowCoreThreadTimeOut(true);
        var limit = new RateLimit(clock, settings.enrollmentBurst(), Duration.ofMillis(100));
        var gate = new Gate(features.operators(), features.fleet(), features.trust(), limit);
        var health = new HealthStatusManager();
        var builder =
                NettyServerBuilder.forAddress(settings.listen())
                        .sslContext(tls(certificate, features))
                        .executor(calls)
                        .intercept(gate)
                        .maxInboundMessageSize(LARGEST_MESSAGE)
                        .maxInboundMetadataSize(LARGEST_METADATA)
                        .handshakeTimeout(20, TimeUnit.SECONDS)
                        .keepAliveTime(20, TimeUnit.SECONDS)
                        .keepAliveTimeout(20, TimeUnit.SECONDS)
                        .permitKeepAliveTime(10, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .addService(health.getHealthService())
                        .addService(ProtoReflectionServiceV1.newInstance());
        services(settings, features, sessions, timer, clock).forEach(builder::addService);
        Server server = builder.build().start();
        return new GrpcPort(server, calls, sessions, health);
    }

    private static SslContext tls(ServerCertificate certificate, Features features)
            throws IOException {
        var builder =
                SslContextBuilder.forServer(
                                certificate.key(),
                                certificate.certificate(),
                                features.authority().certificate())
                        .trustManager(features.trust())
                        .clientAuth(ClientAuth.OPTIONAL)
                        .protocols("TLSv1.3");
        return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
    }

    private static List<BindableService> services(
            Settings settings,
            Features features,
            Sessions sessions,
            ScheduledExecutorService timer,
            InstantSource clock) {
        var fleet = features.fleet();
        var runs = features.runs();
        String fingerprint = features.authority().fingerprint();
        String installation = features.installation().id();
        long epoch = features.installation().epoch();
        var choice = new AgentChoice(fleet, runs, sessions);
        var queries = new Queries(features.ids(), timer, settings.querySilence());
        var sources = new RestoreSource(runs);
        var parts =
                new AgentLinkService.Parts(
                        sessions, fleet, runs, epoch, settings.heartbeatSeconds(), clock);
        var info =
                SystemInfo.newBuilder()
                        .setVersion(settings.version())
                        .setInstallationId(installation)
                        .setCaFingerprint(fingerprint)
                        .build();
        return List.of(
                new AgentLinkService(parts),
                new EnrollmentService(fleet, installation),
                new TokensService(features.tokens(), fingerprint),
                new AgentsService(fleet, runs, sessions),
                new StoragesService(
                        features.storages(), fleet, runs, choice, queries, features.ids(), clock),
                new RunsService(runs, sources, fleet, features.storages(), features.ids(), epoch),
                new SnapshotsService(features.storages(), sources, choice, queries),
                new SystemService(info, sessions, clock));
    }

    public int port() {
        return server.getPort();
    }

    public void awaitTermination() throws InterruptedException {
        server.awaitTermination();
    }

    /// Says goodbye to the agents, lets calls end for a moment, then cuts them.
    @Override
    public void close() {
        health.enterTerminalState();
        server.shutdown();
        sessions.cutAll();
        try {
            if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
                server.shutdownNow();
                server.awaitTermination(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        calls.shutdown();
    }
}
