package dev.holdfast.engine.backend;

import dev.holdfast.engine.id.Sha256;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// A repository in a folder of this machine (repository format, sections 2 and 22.1). A file is
/// written under a temporary name beside its own, flushed to the disk and renamed; then the folder
/// is flushed. Safe for use by many threads if `random` is.
public final class LocalBackend implements Backend {
    private static final int CONNECTIONS = 4;

    private final Path root;
    private final RandomGenerator random;
    private final LocalModes modes;

    /// @param random for temporary names alone
    public LocalBackend(Path root, RandomGenerator random) {
        this.root = root.toAbsolutePath();
        this.random = random;
        this.modes = new LocalModes(this.root.resolve(Handle.CONFIG.path()));
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public int connections() {
        return CONNECTIONS;
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public void create() throws BackendException, InterruptedException {
        throwIfInterrupted();
        try {
            makeFolders(root);
            for (FileType type : FileType.values()) {
                makeFolders(root.resolve(type.folder()));
            }
            Path data = root.resolve(FileType.PACK.folder());
            for (int i = 0; i < 256; i++) {
                makeFolders(data.resolve("%02x".formatted(i)));
            }
            flushFolder(data);
            flushFolder(root);
        } catch (IOException e) {
            throw failure("create the repository's folders", root, e);
        }
    }

    @Override
    public void save(Handle handle, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        throwIfInterrupted();
        Path path = path(handle);
        Path temporary =
                path.resolveSibling(
                        handle.name() + "-tmp-" + Long.toUnsignedString(random.nextLong()));
        try {
            try {
                write(temporary, ByteBuffer.wrap(bytes, offset, length));
            } catch (NoSuchFileException e) {
                makePackFolder(handle, path, e);
                write(temporary, ByteBuffer.wrap(bytes, offset, length));
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            flushFolder(parent(path));
            modes.protect(path);
        } catch (IOException e) {
            discard(temporary);
            throw failure("write", path, e);
        }
    }

    @Override
    public byte[] load(Handle handle) throws BackendException, InterruptedException {
        throwIfInterrupted();
        Path path = path(handle);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE - 8) {
                throw new BackendException(
                        BackendException.Kind.OTHER, path + " is too large to load: " + size);
            }
            byte[] bytes = new byte[(int) size];
            read(channel, 0, ByteBuffer.wrap(bytes));
            return bytes;
        } catch (IOException e) {
            throw failure("read", path, e);
        }
    }

    @Override
    public void load(Handle handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        throwIfInterrupted();
        Path path = path(handle);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            read(channel, position, ByteBuffer.wrap(target, offset, length));
        } catch (EOFException e) {
            throw new BackendException(
                    BackendException.Kind.RANGE,
                    path + " ends before byte " + (position + length),
                    "",
                    e);
        } catch (IOException e) {
            throw failure("read", path, e);
        }
    }

    @Override
    public long size(Handle handle) throws BackendException, InterruptedException {
        throwIfInterrupted();
        Path path = path(handle);
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw failure("look at", path, e);
        }
    }

    @Override
    public List<Entry> list(FileType type) throws BackendException, InterruptedException {
        throwIfInterrupted();
        Path folder = root.resolve(type.folder());
        List<Entry> entries = new ArrayList<>();
        try {
            if (!Files.isDirectory(root)) {
                throw new NoSuchFileException(root.toString());
            }
            switch (type) {
                case CONFIG -> addEntry(Handle.CONFIG, path(Handle.CONFIG), entries);
                case KEY, LOCK, SNAPSHOT, INDEX -> addEntries(type, "", folder, entries);
                case PACK -> {
                    for (Path sub : children(folder)) {
                        String name = fileName(sub);
                        if (name.length() == 2 && Files.isDirectory(sub)) {
                            addEntries(type, name, sub, entries);
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw failure("list", folder, e);
        }
        return entries;
    }

    @Override
    public void remove(Handle handle) throws BackendException, InterruptedException {
        throwIfInterrupted();
        Path path = path(handle);
        try {
            if (!Files.deleteIfExists(path) && !Files.isDirectory(root)) {
                throw new NoSuchFileException(path.toString());
            }
        } catch (IOException e) {
            throw failure("remove", path, e);
        }
    }

    @Override
    public void close() {}

    private Path path(Handle handle) {
        return root.resolve(handle.path());
    }

    private void makeFolders(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(modes.folder())));
        }
    }

    /// A pack's folder may be missing, since other tools may have removed it while it was empty. A
    /// missing root or `data` is another thing: perhaps a disk is not mounted, and to make the
    /// folders would store packs where nobody looks for them.
    private void makePackFolder(Handle handle, Path path, NoSuchFileException missing)
            throws IOException {
        if (handle.type() != FileType.PACK
                || !Files.isDirectory(root.resolve(FileType.PACK.folder()))) {
            throw missing;
        }
        makeFolders(parent(path));
        flushFolder(root.resolve(FileType.PACK.folder()));
    }

    private void write(Path temporary, ByteBuffer content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(modes.newFile())))) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
    }

    private static void read(FileChannel channel, long position, ByteBuffer target)
            throws IOException {
        int start = target.position();
        while (target.hasRemaining()) {
            if (channel.read(target, position + (target.position() - start)) < 0) {
                throw new EOFException("end of file");
            }
        }
    }

    private static void flushFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void discard(Path temporary) {
        boolean interrupted = Thread.interrupted();
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The write has failed and says why; what is left has a name that no reader takes.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void addEntries(FileType type, String prefix, Path folder, List<Entry> entries)
            throws IOException {
        for (Path path : children(folder)) {
            String name = fileName(path);
            if (Sha256.isHex(name) && name.startsWith(prefix)) {
                addEntry(new Handle(type, name), path, entries);
            }
        }
    }

    private static void addEntry(Handle handle, Path path, List<Entry> entries) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile()) {
                entries.add(new Entry(handle, attributes.size()));
            }
        } catch (NoSuchFileException e) {
            // Removed by somebody since the folder was read.
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private static String fileName(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private BackendException failure(String action, Path path, IOException cause)
            throws InterruptedException {
        if (cause instanceof BackendException known) {
            return known;
        }
        if (cause instanceof ClosedByInterruptException) {
            Thread.interrupted(); // the exception says it instead
            InterruptedException interrupted = new InterruptedException();
            interrupted.initCause(cause);
            throw interrupted;
        }
        return LocalFailure.of(action, root, path, cause);
    }
}
