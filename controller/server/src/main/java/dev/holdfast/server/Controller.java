package dev.holdfast.server;

import dev.holdfast.server.account.Operators;
import dev.holdfast.server.database.Database;
import dev.holdfast.server.database.Installation;
import dev.holdfast.server.enrollment.AgentTrust;
import dev.holdfast.server.enrollment.CertificateAuthority;
import dev.holdfast.server.enrollment.ServerCertificate;
import dev.holdfast.server.enrollment.Tokens;
import dev.holdfast.server.file.StateFiles;
import dev.holdfast.server.fleet.Fleet;
import dev.holdfast.server.id.IdSource;
import dev.holdfast.server.rpc.Features;
import dev.holdfast.server.rpc.GrpcPort;
import dev.holdfast.server.rpc.Sessions;
import dev.holdfast.server.run.Runs;
import dev.holdfast.server.storage.Storages;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// A running controller: every part, made in order and closed in the opposite one.
public final class Controller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
    private final GrpcPort port;
    private final String fingerprint;
    private final Path operatorToken;

    private Controller(ControllerConfig config, String version, InstantSource clock)
            throws IOException {
        Path state = config.stateDir();
        operatorToken = state.resolve("operator.token");
        boolean started = false;
        try {
            StateFiles.createPrivateDirectory(state);
            opened(StateLock.take(state));
            var random = new SecureRandom();
            var ids = new IdSource(clock, random);
            var authority = CertificateAuthority.openOrCreate(state.resolve("ca"), clock, random);
            fingerprint = authority.fingerprint();
            byte[] authorityPem = authority.pem().getBytes(StandardCharsets.US_ASCII);
            StateFiles.writeReadable(state.resolve("ca.pem"), authorityPem);
            var certificate =
                    ServerCertificate.openOrIssue(
                            state.resolve("server.pem"),
                            authority,
                            names(config.advertise()),
                            clock,
                            random);
            String url =
                    config.databaseUrl().isEmpty()
                            ? Database.sqliteUrl(state.resolve("controller.db"))
                            : config.databaseUrl();
            Database database = opened(Database.open(url));
            var installation = Installation.openOrCreate(database, ids.next(), clock.instant());
            var operators = new Operators(database, clock, random);
            operators.ensureFirst(operatorToken);

            var sessions = new Sessions();
            var tokens = new Tokens(database, clock);
            var fleet = new Fleet(database, tokens, authority, sessions, ids, clock);
            var runs = new Runs(database, sessions, clock, config.unknownAfter());
            runs.recover();
            opened(fleet::flushSeen);
            opened(runs::flushProgress);
            ScheduledExecutorService timer =
                    Executors.newSingleThreadScheduledExecutor(
                            Thread.ofPlatform().name("timer").daemon().factory());
            opened(timer::shutdownNow);
            var features =
                    new Features(
                            installation,
                            authority,
                            new AgentTrust(authority, clock),
                            operators,
                            tokens,
                            fleet,
                            new Storages(database),
                            runs,
                            ids);
            var settings =
                    new GrpcPort.Settings(
                            config.listenAddress(),
                            version,
                            config.heartbeatSeconds(),
                            config.querySilence(),
                            config.enrollmentBurst());
            port = opened(GrpcPort.open(settings, certificate, features, sessions, timer, clock));
            every(timer, 1, runs::tick);
            every(timer, 10, fleet::flushSeen);
            every(timer, 5, () -> sessions.cutSilent(clock.instant(), config.silence()));
            started = true;
        } finally {
            if (!started) {
                closeAll();
            }
        }
    }

    /// Opens everything; when this returns, the port accepts calls.
    public static Controller start(ControllerConfig config, String version, InstantSource clock)
            throws IOException {
        return new Controller(config, version, clock);
    }

    public int port() {
        return port.port();
    }

    String fingerprint() {
        return fingerprint;
    }

    Path operatorToken() {
        return operatorToken;
    }

    void awaitTermination() throws InterruptedException {
        port.awaitTermination();
    }

    @Override
    public void close() {
        closeAll();
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        closeables.push(closeable);
        return closeable;
    }

    private void closeAll() {
        while (!closeables.isEmpty()) {
            try {
                closeables.pop().close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("a part could not be closed");
            }
        }
    }

    private static void every(ScheduledExecutorService timer, int seconds, Runnable work) {
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.atError()
                                .setCause(e)
                                .log("periodic work failed; it will be tried again");
                    }
                },
                seconds,
                seconds,
                TimeUnit.SECONDS);
    }

    private static List<String> names(List<String> advertised) {
        var names = new TreeSet<>(List.of("localhost", "127.0.0.1"));
        try {
            String host = InetAddress.getLocalHost().getHostName();
            if (host.matches("[A-Za-z0-9.-]+")) {
                names.add(host);
            }
        } catch (UnknownHostException e) {
            LOG.atInfo().log("this machine's own name is unknown; not in the certificate");
        }
        names.addAll(advertised);
        return List.copyOf(names);
    }
}
