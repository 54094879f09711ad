package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.filesystem.FileAccessException.Kind;
import dev.holdfast.engine.filesystem.posix.Errno;
import dev.holdfast.engine.filesystem.posix.OpenFlags;
import dev.holdfast.engine.filesystem.posix.PosixException;
import dev.holdfast.engine.filesystem.posix.ReadCalls;
import dev.holdfast.engine.filesystem.posix.WriteCalls;
import dev.holdfast.engine.snapshot.FileMode;
import dev.holdfast.engine.snapshot.NodeType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// A directory of this host that files are restored into.
///
/// The root itself may be reached through links and keeps its mode and owner; below it no link is
/// followed. Thread-safe.
public final class LocalFileTarget implements FileTarget {
    /// Descriptors of files held between two writes; the usual limit of a process is 1,024.
    static final int OPEN_FILES_MAX = 256;

    private static final int CURRENT_DIRECTORY = -100; // AT_FDCWD
    private static final Pattern HIDDEN =
            Pattern.compile("\\.holdfast-[0-9a-f]{16}-[0-9]{1,19}\\.part");
    private static final int S_IFBLK = 0060000;
    private static final int S_IFCHR = 0020000;
    private static final int OWNER_ONLY = 0700;
    private static final int OWNER_READS_AND_WRITES = 0600;

    private final Path root;
    private final DirectoryCache directories;
    private final boolean isRoot = WriteCalls.geteuid() == 0;
    private final int rootDescriptor;
    private final String hiddenPrefix;
    private final AtomicLong hiddenCount = new AtomicLong();
    private final AtomicInteger openFiles = new AtomicInteger();

    private LocalFileTarget(Path root, int rootDescriptor, RandomGenerator random) {
        this.root = root;
        this.rootDescriptor = rootDescriptor;
        directories = new DirectoryCache(rootDescriptor);
        WriteCalls.flock(rootDescriptor, WriteCalls.LOCK_SH | WriteCalls.LOCK_NB);
        hiddenPrefix = ".holdfast-" + HexFormat.of().toHexDigits(random.nextLong()) + "-";
    }

    /// Opens a directory; where it is missing it is made, for its owner alone.
    ///
    /// @param random makes the hidden names of unfinished files unique
    public static LocalFileTarget open(Path root, RandomGenerator random)
            throws FileAccessException {
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(
                        root,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new FileAccessException(
                    Kind.OTHER,
                    "cannot make the directory to restore into: " + root,
                    "name a directory that exists or can be made",
                    e);
        }
        int descriptor =
                WriteCalls.openat(
                        CURRENT_DIRECTORY,
                        RawPath.of(root.toAbsolutePath()),
                        OpenFlags.READ_ONLY | OpenFlags.DIRECTORY,
                        0);
        if (descriptor < 0) {
            throw new FileAccessException(
                    descriptor == -Errno.EACCES ? Kind.PERMISSION_DENIED : Kind.OTHER,
                    "cannot open the directory to restore into: "
                            + root
                            + ": "
                            + Errno.text(-descriptor),
                    null);
        }
        return new LocalFileTarget(root, descriptor, random);
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public boolean isEmpty() throws FileAccessException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            return !entries.iterator().hasNext();
        } catch (IOException | UncheckedIOException e) {
            throw new FileAccessException(Kind.OTHER, "cannot list " + root, "", e);
        }
    }

    @Override
    public Optional<TargetEntry> find(TargetPath path) throws FileAccessException {
        WriteCalls.Stat found = new WriteCalls.Stat();
        int result = in(path.parent(), dir -> WriteCalls.stat(dir, path.name(), found));
        if (result == -Errno.ENOENT) {
            return Optional.empty();
        }
        check(result, "look at", path);
        return Optional.of(
                new TargetEntry(
                        FileMode.typeOfUnix(found.mode),
                        found.size,
                        Integer.toUnsignedLong(found.links)));
    }

    @Override
    public boolean makeDirectory(TargetPath path) throws FileAccessException {
        int result = in(path.parent(), dir -> WriteCalls.mkdirat(dir, path.name(), OWNER_ONLY));
        if (result == -Errno.EEXIST
                && find(path).map(e -> e.type() == NodeType.DIRECTORY).orElse(false)) {
            return false;
        }
        check(result, "make directory", path);
        return true;
    }

    @Override
    public void makeSymlink(TargetPath path, byte[] target) throws FileAccessException {
        for (byte b : target) {
            if (b == 0) {
                throw TargetFailure.of(Errno.EINVAL, "make a link with a NUL in its target", path);
            }
        }
        place(path, "make link", (dir, name) -> WriteCalls.symlinkat(target, dir, name));
    }

    @Override
    public void makeSpecial(TargetPath path, NodeType type, long device)
            throws FileAccessException {
        int mode = OWNER_READS_AND_WRITES;
        Placement make =
                switch (type) {
                    case FIFO -> (dir, name) -> WriteCalls.mkfifoat(dir, name, mode);
                    case BLOCK_DEVICE ->
                            (dir, name) -> WriteCalls.mknodat(dir, name, S_IFBLK | mode, device);
                    case CHARACTER_DEVICE ->
                            (dir, name) -> WriteCalls.mknodat(dir, name, S_IFCHR | mode, device);
                    case FILE, DIRECTORY, SYMLINK, SOCKET, IRREGULAR ->
                            throw new IllegalArgumentException("no special file: " + type);
                };
        place(path, "make " + type.label(), make);
    }

    @Override
    public void makeHardLink(TargetPath existing, TargetPath link) throws FileAccessException {
        int removed = unlink(link);
        if (removed != -Errno.ENOENT) {
            check(removed, "replace", link);
        }
        int result =
                in(
                        existing.parent(),
                        from ->
                                in(
                                        link.parent(),
                                        to ->
                                                WriteCalls.linkat(
                                                        from, existing.name(), to, link.name())));
        check(result, "make hard link", link);
    }

    @Override
    public TargetFile createFile(TargetPath path) throws FileAccessException {
        return new LocalTargetFile(this, path, hiddenName(), true);
    }

    @Override
    public TargetFile openFile(TargetPath path) throws FileAccessException {
        return new LocalTargetFile(this, path, path.name(), false);
    }

    @Override
    public void remove(TargetPath path) throws FileAccessException {
        int result = unlink(path);
        if (result == -Errno.EISDIR) {
            result =
                    in(
                            path.parent(),
                            dir -> WriteCalls.unlinkat(dir, path.name(), WriteCalls.AT_REMOVEDIR));
        }
        check(result, "remove", path);
    }

    @Override
    public void removeLeftovers(List<TargetPath> swept) throws FileAccessException {
        // everybody who writes below this root holds a share of its lock
        if (WriteCalls.flock(rootDescriptor, WriteCalls.LOCK_EX | WriteCalls.LOCK_NB) < 0) {
            return;
        }
        try (ReadCalls calls = new ReadCalls()) {
            for (TargetPath directory : swept) {
                removeLeftovers(directory, calls);
            }
        } finally {
            WriteCalls.flock(rootDescriptor, WriteCalls.LOCK_SH | WriteCalls.LOCK_NB);
        }
    }

    private void removeLeftovers(TargetPath directory, ReadCalls calls) throws FileAccessException {
        int _ =
                in(
                        directory,
                        reached -> {
                            int opened =
                                    WriteCalls.openat(
                                            reached,
                                            new byte[] {'.'},
                                            OpenFlags.READ_ONLY | OpenFlags.DIRECTORY,
                                            0);
                            check(opened, "list", directory);
                            try {
                                calls.list(opened).stream()
                                        .filter(LocalFileTarget::isHidden)
                                        .forEach(name -> WriteCalls.unlinkat(reached, name, 0));
                            } catch (PosixException e) {
                                throw TargetFailure.of(e.errno(), "list", directory);
                            } finally {
                                WriteCalls.close(opened);
                            }
                            return 0;
                        });
    }

    private static boolean isHidden(byte[] name) {
        return HIDDEN.matcher(new String(name, StandardCharsets.ISO_8859_1)).matches();
    }

    @Override
    public List<String> apply(TargetPath path, NodeType type, FileMetadata metadata)
            throws FileAccessException {
        return switch (type) {
            case DIRECTORY ->
                    opened(
                            path,
                            OpenFlags.READ_ONLY | OpenFlags.DIRECTORY,
                            (_, descriptor) ->
                                    new DescriptorMetadata(isRoot).apply(descriptor, metadata));
            case SYMLINK ->
                    in(
                            path.parent(),
                            dir ->
                                    new DescriptorMetadata(isRoot)
                                            .apply(dir, path.name(), -1, metadata));
            case FIFO, BLOCK_DEVICE, CHARACTER_DEVICE ->
                    opened(
                            path,
                            OpenFlags.PATH,
                            (dir, descriptor) -> {
                                requireType(path, descriptor, type);
                                return new DescriptorMetadata(isRoot)
                                        .apply(dir, path.name(), descriptor, metadata);
                            });
            case FILE, SOCKET, IRREGULAR ->
                    throw new IllegalArgumentException("metadata of a " + type + " by its path");
        };
    }

    @Override
    public void sync() throws FileAccessException {
        check(WriteCalls.syncfs(rootDescriptor), "bring to the disk", TargetPath.root());
    }

    @Override
    public void close() {
        directories.close();
    }

    <T> T in(TargetPath directory, DirectoryCache.Action<T> action) throws FileAccessException {
        return directories.with(directory, action);
    }

    boolean isRoot() {
        return isRoot;
    }

    AtomicInteger openFiles() {
        return openFiles;
    }

    /// Makes something under its name, or under a hidden one that then replaces what is there.
    private void place(TargetPath path, String action, Placement make) throws FileAccessException {
        int result = in(path.parent(), dir -> make.in(dir, path.name()));
        if (result == -Errno.EEXIST) {
            byte[] hidden = hiddenName();
            result =
                    in(
                            path.parent(),
                            dir -> {
                                int made = make.in(dir, hidden);
                                if (made < 0) {
                                    return made;
                                }
                                int moved = WriteCalls.renameat(dir, hidden, dir, path.name());
                                if (moved < 0) {
                                    WriteCalls.unlinkat(dir, hidden, 0);
                                }
                                return moved;
                            });
        }
        check(result, action, path);
    }

    private int unlink(TargetPath path) throws FileAccessException {
        return in(path.parent(), dir -> WriteCalls.unlinkat(dir, path.name(), 0));
    }

    private List<String> opened(TargetPath path, int flags, Use use) throws FileAccessException {
        return in(
                path.parent(),
                dir -> {
                    int descriptor =
                            WriteCalls.openat(dir, path.name(), flags | OpenFlags.NO_FOLLOW, 0);
                    check(descriptor, "set metadata of", path);
                    try {
                        return use.of(dir, descriptor);
                    } finally {
                        WriteCalls.close(descriptor);
                    }
                });
    }

    private static void requireType(TargetPath path, int descriptor, NodeType type)
            throws FileAccessException {
        WriteCalls.Stat found = new WriteCalls.Stat();
        check(WriteCalls.stat(descriptor, new byte[0], found), "look at", path);
        if (FileMode.typeOfUnix(found.mode) != type) {
            throw TargetFailure.of(Errno.EEXIST, "set metadata of", path);
        }
    }

    private byte[] hiddenName() {
        return (hiddenPrefix + hiddenCount.incrementAndGet() + ".part")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void check(int result, String action, TargetPath path)
            throws FileAccessException {
        if (result < 0) {
            throw TargetFailure.of(-result, action, path);
        }
    }

    private interface Placement {
        int in(int directory, byte[] name);
    }

    private interface Use {
        List<String> of(int directory, int descriptor) throws FileAccessException;
    }
}
