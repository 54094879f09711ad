package dev.holdfast.daemon.state;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.Failure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// The folder of the agent's own files: 0700, files 0600, each replaced whole and on disk before a
/// call returns. Safe for use by many threads, as far as they write different files.
public final class StateDirectory {
    /// Where packages install it.
    public static final Path DEFAULT = Path.of("/var/lib/holdfast-agent");

    private static final Set<PosixFilePermission> FOLDER_MODE =
            PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_MODE =
            PosixFilePermissions.fromString("rw-------");

    private final Path root;

    private StateDirectory(Path root) {
        this.root = root;
    }

    /// A folder that must be there already.
    public static StateDirectory open(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new FailureException(
                    Failure.Code.PATH_MISSING,
                    "no state of an agent in " + root,
                    "enroll this host:  holdfast-agent enroll --help");
        }
        return new StateDirectory(root);
    }

    /// Makes the folder where it is missing and closes it to others.
    public static StateDirectory create(Path root) throws IOException {
        Files.createDirectories(root, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
        Files.setPosixFilePermissions(root, FOLDER_MODE);
        return new StateDirectory(root);
    }

    public Path root() {
        return root;
    }

    Path file(String name) {
        return root.resolve(name);
    }

    Optional<byte[]> read(String name) throws IOException {
        Path file = file(name);
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    /// Replaces a file: after a crash it holds the old or the new content.
    void write(String name, byte[] content) throws IOException {
        Path temporary = file(name + ".new");
        Files.deleteIfExists(temporary);
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(FILE_MODE))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        replace(temporary, file(name));
    }

    void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force();
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(file(name));
        force();
    }

    /// Makes renames and new names durable.
    void force() throws IOException {
        try (FileChannel folder = FileChannel.open(root, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /// Takes the folder for this process until the lock is closed.
    public ProcessLock lock() throws IOException {
        return tryLock()
                .orElseThrow(
                        () ->
                                new FailureException(
                                        Failure.Code.CONFLICT,
                                        "another agent works with the state in " + root,
                                        "stop it first, or choose another --state-dir"));
    }

    /// Empty where another process has it.
    public Optional<ProcessLock> tryLock() throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file("lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(FILE_MODE));
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new ProcessLock(channel));
            }
        } catch (OverlappingFileLockException _) {
            // this process has it already
        }
        channel.close();
        return Optional.empty();
    }

    /// Held while open.
    public static final class ProcessLock implements AutoCloseable {
        private final FileChannel channel;

        private ProcessLock(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
