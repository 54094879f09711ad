package dev.holdfast.daemon.task;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.policy.Policy;
import dev.holdfast.daemon.policy.StoragePlace;
import dev.holdfast.daemon.storage.Location;
import dev.holdfast.daemon.storage.PasswordFile;
import dev.holdfast.daemon.storage.RepositoryOpener;
import dev.holdfast.daemon.storage.SealedPasswords;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.sftp.SftpLocation;
import dev.holdfast.sftp.SshEndpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// From a storage as the controller describes it to one that this host lets us use.
public final class StorageGate {
    private final Policy policy;
    private final SealedPasswords sealed;
    private final RepositoryOpener opener;

    public StorageGate(Policy policy, SealedPasswords sealed, RepositoryOpener opener) {
        this.policy = policy;
        this.sealed = sealed;
        this.opener = opener;
    }

    /// Touches no network.
    public StorageAccess check(StorageSpec spec) throws IOException {
        Optional<Path> config = Optional.empty();
        if (!spec.getSshConfigFile().isEmpty()) {
            config = Optional.of(guarded(Path.of(spec.getSshConfigFile())));
        }
        StorageAccess asked =
                new StorageAccess(
                        Location.parse(spec.getLocation()),
                        config,
                        spec.getSshOptionsList(),
                        spec.getHostKeysList());
        Policy.StorageGrant grant = policy.checkStorage(spec, place(asked));
        return new StorageAccess(asked.location(), config, asked.sshOptions(), grant.hostKeys());
    }

    /// The repository's password; the caller closes it.
    public Secret password(StorageSpec spec) throws IOException {
        return switch (spec.getRepositoryPasswordCase()) {
            case PASSWORD_FILE -> PasswordFile.readGuarded(absolute(spec.getPasswordFile()));
            case SEALED_PASSWORD -> sealed.open(spec.getSealedPassword());
            case REPOSITORYPASSWORD_NOT_SET ->
                    throw new FailureException(
                            Failure.Code.SECRET_UNAVAILABLE,
                            "storage " + spec.getName() + " names no repository password",
                            "give it a password file on this host, or seal the password for it");
        };
    }

    private static Path absolute(String text) throws FailureException {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new FailureException(
                    Failure.Code.SECRET_UNAVAILABLE,
                    "the password file \"" + text + "\" is no absolute path",
                    "name it from the root on");
        }
        return path;
    }

    /// An alias of `ssh_config` is resolved first, then compared.
    private StoragePlace place(StorageAccess access) throws IOException {
        return switch (access.location()) {
            case Location.Local(Path folder) -> StoragePlace.local(folder.toString());
            case Location.Remote(SftpLocation sftp) -> {
                SshEndpoint end = SshEndpoint.of(sftp, opener.sshOptions(access));
                yield new StoragePlace(end.host(), end.port(), end.user(), sftp.path());
            }
        };
    }

    /// Who can write an ssh_config decides where we connect.
    private static Path guarded(Path file) throws IOException {
        if (!file.isAbsolute() || !Files.exists(file)) {
            throw new FailureException(
                    Failure.Code.PATH_MISSING,
                    "no ssh_config " + file + " on this host",
                    "name a file from the root on, or none");
        }
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        Set<PosixFilePermission> mode = attributes.permissions();
        String owner = attributes.owner().getName();
        boolean trusted =
                !mode.contains(PosixFilePermission.GROUP_WRITE)
                        && !mode.contains(PosixFilePermission.OTHERS_WRITE)
                        && (owner.equals("root")
                                || owner.equals(System.getProperty("user.name", "")));
        if (!trusted) {
            throw new FailureException(
                    Failure.Code.REFUSED_BY_AGENT,
                    "the ssh_config " + file + " can be changed by others than root and the agent",
                    "chown root " + file + " && chmod go-w " + file);
        }
        return file;
    }
}
