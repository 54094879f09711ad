package dev.holdfast.daemon.storage;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.LocalBackend;
import dev.holdfast.engine.backend.RetryPolicy;
import dev.holdfast.engine.backend.RetryingBackend;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryContext;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.repository.RepositoryOptions;
import dev.holdfast.sftp.SftpBackend;
import dev.holdfast.sftp.SftpTuning;
import dev.holdfast.sftp.SshOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/// The one way to an open repository. Thread-safe.
public final class RepositoryOpener {
    private static final Logger log = LoggerFactory.getLogger(RepositoryOpener.class);

    private final HostFacts host;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Optional<Path> agentSocket;

    /// Opens as this host.
    ///
    /// @param agentSocket of the ssh-agent that connections use, `SSH_AUTH_SOCK`
    public RepositoryOpener(
            HostFacts host, InstantSource clock, SecureRandom random, Optional<Path> agentSocket) {
        this.host = host;
        this.clock = clock;
        this.random = random;
        this.agentSocket = agentSocket;
    }

    /// Opens a repository; closing it closes the connection.
    public Repository open(StorageAccess access, Secret password)
            throws IOException, InterruptedException {
        Backend backend = backend(access);
        try {
            Repository repository = Repository.open(backend, password, context());
            repository.warnings().forEach(warning -> log.warn("{}", warning));
            return repository;
        } catch (BackendException e) {
            backend.close();
            if (e.kind() != BackendException.Kind.PATH_MISSING) throw e;
            throw new RepositoryException(
                    RepositoryException.Kind.MISSING,
                    "there is no repository at " + access.location(),
                    "create it with init, or check the location and that its disk is mounted",
                    e);
        } catch (IOException | InterruptedException | RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    /// Makes a new repository; never over one that exists or cannot be read.
    public Repository init(StorageAccess access, Secret password, RepositoryOptions options)
            throws IOException, InterruptedException {
        Backend backend = backend(access);
        try {
            return Repository.init(backend, password, options, context());
        } catch (IOException | InterruptedException | RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private Backend backend(StorageAccess access) throws IOException, InterruptedException {
        return switch (access.location()) {
            case Location.Local(Path folder) -> new LocalBackend(folder, random);
            case Location.Remote remote ->
                    new RetryingBackend(
                            SftpBackend.open(remote.sftp(), sshOptions(access), SftpTuning.DEFAULT),
                            RetryPolicy.DEFAULT,
                            random,
                            (operation, failure, delay) ->
                                    log.warn(
                                            "{}: {}; again in {} s",
                                            operation,
                                            failure.getMessage(),
                                            delay.toSeconds()));
        };
    }

    /// The SSH settings of this host for this access.
    public SshOptions sshOptions(StorageAccess access) {
        return new SshOptions(
                access.sshConfig(),
                access.sshOptions(),
                access.hostKeys(),
                agentSocket,
                host.home(),
                host.userName());
    }

    /// Who we are in locks and key files.
    public RepositoryContext context() {
        return new RepositoryContext(
                clock,
                random,
                host.hostName(),
                host.userName(),
                ProcessHandle.current().pid(),
                host.uid(),
                host.gid());
    }

    public HostFacts host() {
        return host;
    }
}
