package dev.holdfast.cli.command;

import dev.holdfast.cli.output.Terminal;
import dev.holdfast.cli.rpc.Controller;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.inprocess.InProcessSocketAddress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;

/// One command line at a time against a fake controller, with what it printed.
final class Cli implements AutoCloseable {
    static final Instant NOW = Instant.ofEpochSecond(1_700_000_100);

    private final Path folder;
    private final Server server;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String token = "hfo_good";

    Cli(FakeController controller, Path folder) throws IOException {
        this.folder = folder;
        InProcessServerBuilder builder =
                InProcessServerBuilder.forName(InProcessServerBuilder.generateName())
                        .directExecutor();
        controller.services().forEach(builder::addService);
        this.server = builder.intercept(new TokenCheck()).build().start();
    }

    /// Returns the exit code.
    int run(String... arguments) {
        out.reset();
        err.reset();
        String name = ((InProcessSocketAddress) server.getListenSockets().getFirst()).getName();
        Workplace place =
                new Workplace(
                        new Terminal(stream(out), stream(err), false, false),
                        Map.of(
                                "HOLDFAST_SERVER",
                                "ctl.test:8443",
                                "HOLDFAST_CA_FILE",
                                "/ca",
                                "HOLDFAST_TOKEN_FILE",
                                "/token"),
                        folder,
                        InstantSource.fixed(NOW),
                        ZoneOffset.UTC,
                        new SecureRandom(),
                        context ->
                                new Controller(
                                        InProcessChannelBuilder.forName(name)
                                                .directExecutor()
                                                .build(),
                                        token,
                                        context.server().toString()),
                        farewell -> () -> {});
        return new Grammar(place).run(arguments);
    }

    void signInWith(String other) {
        token = other;
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static final class TokenCheck implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String header =
                    headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
            if (!"Bearer hfo_good".equals(header)) {
                call.close(Status.UNAUTHENTICATED, new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }
}
