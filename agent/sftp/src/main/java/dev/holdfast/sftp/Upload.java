package dev.holdfast.sftp;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.sftp.transfer.Attributes;
import dev.holdfast.sftp.transfer.SftpClient;
import dev.holdfast.sftp.transfer.Space;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// Stores files so that a name is there complete or not at all: written under a temporary name,
/// forced to disk, made read-only, renamed. Temporary files of failed attempts are removed, those
/// of lost connections with the next one. Safe for use by many threads.
final class Upload {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);
    private static final String TEMPORARY = "-restic-temp-";
    private static final int TEMPORARY_BYTES = 16;

    /// A write that just fails where less than this is free is short of space: other uploads that
    /// failed may have given back theirs before it was looked at.
    private static final long SPACE_MIN = 32L << 20;

    private final ConnectionPool pool;
    private final String root;
    private final RemoteModes modes;
    private final RandomGenerator random;

    /// Temporary files of failed attempts that are still there.
    private final Set<String> strays = ConcurrentHashMap.newKeySet();

    Upload(ConnectionPool pool, String root, RemoteModes modes, RandomGenerator random) {
        this.pool = pool;
        this.root = root;
        this.modes = modes;
        this.random = random;
    }

    void save(Lane lane, Handle handle, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        String path = SftpBackend.join(root, handle.path());
        pool.run(
                lane,
                (client, attempt) -> {
                    sweep(client);
                    if (attempt > 0 && handle.type() != FileType.CONFIG) {
                        if (hasSize(client, path, length)) {
                            return true; // the reply to the rename was lost, not the file
                        }
                    }
                    attempt(client, path, bytes, offset, length);
                    return true;
                });
    }

    private void attempt(SftpClient client, String path, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        byte[] name = new byte[TEMPORARY_BYTES];
        random.nextBytes(name);
        String temporary = path + TEMPORARY + HexFormat.of().formatHex(name);
        try {
            writeTemporary(client, path, temporary, bytes, offset, length);
            rename(client, temporary, path, length);
        } catch (BackendException e) {
            BackendException why = explained(client, e, path, length); // before space is given back
            if (e.retryable()) {
                strays.add(temporary);
            } else {
                discard(client, temporary, why);
            }
            throw why;
        } catch (InterruptedException e) {
            if (client.isOpen()) {
                client.removeLater(temporary);
            } else {
                strays.add(temporary);
            }
            throw e;
        }
    }

    private void writeTemporary(
            SftpClient client, String path, String temporary, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        try {
            write(client, temporary, bytes, offset, length);
        } catch (BackendException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            makeFolder(client, path);
            write(client, temporary, bytes, offset, length);
        }
    }

    private void write(SftpClient client, String temporary, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        client.write(temporary, bytes, offset, length, modes.fresh(), modes.finished(), true);
    }

    /// Other tools may have removed an empty `data/xx`; without the repository's own folder
    /// something else is wrong.
    private void makeFolder(SftpClient client, String path)
            throws BackendException, InterruptedException {
        if (client.findFollowing(root).filter(Attributes::isFolder).isEmpty()) {
            throw new BackendException(
                    Kind.PATH_MISSING,
                    "the folder " + root + " on " + client.connection().peer() + " does not exist",
                    "is the disk mounted on the server? a new repository needs init",
                    null);
        }
        String folder = path.substring(0, path.lastIndexOf('/'));
        String above = folder.substring(0, folder.lastIndexOf('/'));
        if (above.length() > root.length()) {
            client.makeFolders(List.of(above), modes.folder());
        }
        client.makeFolders(List.of(folder), modes.folder());
    }

    private void rename(SftpClient client, String temporary, String path, int length)
            throws BackendException, InterruptedException {
        try {
            client.rename(temporary, path);
        } catch (BackendException e) {
            if (e.kind() != Kind.OTHER || client.offersPosixRename()) {
                throw e;
            }
            // plain rename never replaces: what is there is the same file, or an older config
            if (client.find(path).isEmpty()) {
                throw e;
            }
            if (!path.endsWith("/config") && hasSize(client, path, length)) {
                client.remove(temporary);
                return;
            }
            client.remove(path);
            client.rename(temporary, path);
        }
    }

    private static boolean hasSize(SftpClient client, String path, int length)
            throws BackendException, InterruptedException {
        return client.find(path).filter(found -> found.size() == length).isPresent();
    }

    private void discard(SftpClient client, String temporary, BackendException failure)
            throws InterruptedException {
        try {
            client.remove(temporary);
        } catch (BackendException e) {
            strays.add(temporary);
            failure.addSuppressed(e);
        }
    }

    /// Removes what attempts left behind whose connection is gone.
    private void sweep(SftpClient client) throws BackendException, InterruptedException {
        for (String stray : List.copyOf(strays)) {
            client.remove(stray);
            strays.remove(stray);
        }
    }

    /// Tries once to remove what is still left behind; called when nothing is stored any more.
    void close() {
        if (strays.isEmpty()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            pool.runOnce(
                    Lane.CONTROL,
                    (client, _) -> {
                        sweep(client);
                        return true;
                    },
                    0);
        } catch (BackendException e) {
            LOG.atDebug().log("temporary files stay behind: {}", e.getMessage());
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Finds out why a server just says "Failure" when it should write.
    BackendException explained(SftpClient client, BackendException e, String path, long length)
            throws InterruptedException {
        if (e.kind() != Kind.OTHER || !client.isOpen()) {
            return e;
        }
        Optional<Space> space;
        try {
            space = spaceAbove(client, path);
        } catch (BackendException other) {
            e.addSuppressed(other);
            return e;
        }
        if (space.isEmpty()) {
            return e;
        }
        Space seen = space.get();
        String peer = client.connection().peer();
        if (seen.readOnly()) {
            return new BackendException(
                    Kind.READ_ONLY,
                    "cannot write " + path + " on " + peer + ": the file system is read-only",
                    "remount it writable on the server; look at its log for disk errors",
                    e);
        }
        if (seen.isTooSmallFor(Math.max(length, SPACE_MIN))) {
            return new BackendException(
                    Kind.NO_SPACE,
                    "no space for "
                            + path
                            + " on "
                            + peer
                            + ": "
                            + length
                            + " bytes to write, "
                            + seen.free()
                            + " of "
                            + seen.total()
                            + " free, "
                            + seen.freeInodes()
                            + " inodes free",
                    "free space on the server, or forget and prune old snapshots",
                    e);
        }
        return new BackendException(
                Kind.OTHER,
                e.getMessage() + " (" + seen.free() + " bytes free)",
                "a quota, or a limit on the size of files? look at the server's log",
                e);
    }

    private static Optional<Space> spaceAbove(SftpClient client, String path)
            throws BackendException, InterruptedException {
        String folder = path;
        while (folder.length() > 1 && client.findFollowing(folder).isEmpty()) {
            folder = folder.substring(0, Math.max(1, folder.lastIndexOf('/')));
        }
        return client.space(folder);
    }
}
