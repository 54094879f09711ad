package dev.holdfast.daemon.process;

import dev.holdfast.daemon.enrollment.ControllerAddress;
import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.operation.OwnLocks;
import dev.holdfast.daemon.operation.Version;
import dev.holdfast.daemon.policy.AgentConfig;
import dev.holdfast.daemon.policy.Policy;
import dev.holdfast.daemon.session.Backoff;
import dev.holdfast.daemon.session.IdentityConnector;
import dev.holdfast.daemon.session.SessionLoop;
import dev.holdfast.daemon.state.AgentStatus;
import dev.holdfast.daemon.state.Identity;
import dev.holdfast.daemon.state.OrderAudit;
import dev.holdfast.daemon.state.RunHistory;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.TaskLedger;
import dev.holdfast.daemon.storage.HostFacts;
import dev.holdfast.daemon.storage.RepositoryOpener;
import dev.holdfast.daemon.storage.SealedPasswords;
import dev.holdfast.daemon.task.Interruptions;
import dev.holdfast.daemon.task.OrderExecutor;
import dev.holdfast.daemon.task.QueryRunner;
import dev.holdfast.daemon.task.StorageGate;
import dev.holdfast.daemon.task.StorageQueries;
import dev.holdfast.daemon.task.TaskRunner;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.Hello;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The agent from start to stop.
public final class AgentProcess {
    private static final Duration BACKOFF_MIN = Duration.ofSeconds(1);
    private static final Duration BACKOFF_MAX = Duration.ofMinutes(5);
    private static final long STATUS_SECONDS = 30;

    private static final Logger log = LoggerFactory.getLogger(AgentProcess.class);

    private final Path stateFolder;
    private final Path configFile;
    private final Optional<Path> agentSocket;
    private final InstantSource clock;
    private final SecureRandom random;

    /// @param agentSocket of the ssh-agent to use, `SSH_AUTH_SOCK`
    public AgentProcess(
            Path stateFolder,
            Path configFile,
            Optional<Path> agentSocket,
            InstantSource clock,
            SecureRandom random) {
        this.stateFolder = stateFolder;
        this.configFile = configFile;
        this.agentSocket = agentSocket;
        this.clock = clock;
        this.random = random;
    }

    /// Works until its thread is interrupted.
    public void run() throws IOException, InterruptedException {
        AgentConfig config = AgentConfig.load(configFile);
        StateDirectory directory = StateDirectory.open(stateFolder);
        try (StateDirectory.ProcessLock _ = directory.lock()) {
            Identity identity = Identity.load(directory);
            HostFacts host = HostFacts.current();
            TaskLedger.ProcessMark self =
                    new TaskLedger.ProcessMark(
                            ProcessHandle.current().pid(), host.bootId(), host.hostName());
            try (TaskLedger ledger = TaskLedger.open(directory, clock, self)) {
                work(config, directory, identity, host, self, ledger);
            }
        }
    }

    private void work(
            AgentConfig config,
            StateDirectory directory,
            Identity identity,
            HostFacts host,
            TaskLedger.ProcessMark self,
            TaskLedger ledger)
            throws IOException, InterruptedException {
        Policy policy = new Policy(config.allow(), List.of(stateFolder.toAbsolutePath()), clock);
        RepositoryOpener opener = new RepositoryOpener(host, clock, random, socket(config));
        StorageGate storages = new StorageGate(policy, new SealedPasswords(identity), opener);
        OrderAudit audit = new OrderAudit(directory, clock);
        RunHistory history =
                new RunHistory(
                        AgentStatus.load(directory).map(AgentStatus::lastRuns).orElse(List.of()));
        Interruptions interruptions = new Interruptions(ledger, history, clock);
        interruptions.report();

        Instant startedAt = clock.instant();
        StatusWriter status = new StatusWriter(directory, ledger, history, startedAt, clock);
        SessionLoop sessions =
                new SessionLoop(
                        connector(config, identity),
                        new Backoff(BACKOFF_MIN, BACKOFF_MAX, random),
                        () ->
                                Hello.newBuilder()
                                        .setFacts(WireFacts.of(host, ZoneId.systemDefault()))
                                        .setPolicy(policy.summary()),
                        clock,
                        status::write);
        OrderExecutor executor =
                new OrderExecutor(policy, storages, opener, clock, ZoneId.systemDefault(), random);
        log.info(
                "agent {} ({}) version {} starts; controller {}",
                identity.names().agentName(),
                identity.names().agentId(),
                Version.number(),
                identity.names().controller());
        try (ScheduledExecutorService background =
                        Executors.newSingleThreadScheduledExecutor(
                                Thread.ofPlatform().daemon().name("status").factory());
                QueryRunner queries =
                        new QueryRunner(
                                new StorageQueries(policy, storages, opener), audit, sessions);
                TaskRunner tasks =
                        new TaskRunner(ledger, executor, audit, history, sessions, clock)) {
            Thread cleaner =
                    Thread.ofVirtual()
                            .name("own-locks")
                            .start(() -> removeLocks(interruptions, storages, opener, self));
            background.scheduleWithFixedDelay(
                    () -> status.write(sessions.state()), 0, STATUS_SECONDS, TimeUnit.SECONDS);
            try {
                sessions.run(ledger, tasks, queries);
            } finally {
                cleaner.interrupt();
                background.shutdownNow();
                log.info("the agent stops");
            }
        } finally {
            status.write(new SessionLoop.State(Optional.empty(), "stopped"));
        }
    }

    private static void removeLocks(
            Interruptions interruptions,
            StorageGate storages,
            RepositoryOpener opener,
            TaskLedger.ProcessMark self) {
        try {
            interruptions.removeLocks(storages, new OwnLocks(opener), self);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Path> socket(AgentConfig config) {
        List<String> allowed = config.allow().sshAgentSockets();
        return agentSocket.or(() -> allowed.stream().findFirst().map(Path::of));
    }

    private IdentityConnector connector(AgentConfig config, Identity identity) throws IOException {
        X509Certificate authority =
                config.caFile().isPresent() ? certificate(config.caFile().get()) : identity.ca();
        String address = config.address().orElse(identity.names().controller());
        return new IdentityConnector(identity, authority, ControllerAddress.parse(address), clock);
    }

    private static X509Certificate certificate(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException e) {
            throw new FailureException(
                    Failure.Code.INVALID_ARGUMENT,
                    "no certificate in " + file,
                    "correct ca_file under [controller]",
                    e);
        }
    }
}
