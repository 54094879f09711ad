package dev.holdfast.sftp.probe;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.sftp.transfer.Attributes;
import dev.holdfast.sftp.transfer.FolderEntry;
import dev.holdfast.sftp.transfer.SftpClient;
import dev.holdfast.sftp.transfer.Space;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Tries what a repository will need of a server. The methods are called in their order; for one
/// thread.
public final class StorageProbe implements AutoCloseable {
    private static final int CONTENT_SIZE = 256 * 1024;
    private static final int ROUND_TRIPS = 7;
    private static final long MEBI = 1 << 20;
    private static final long SPACE_LOW = 1L << 30;

    private final SftpClient client;
    private final String path;
    private final byte[] content = new byte[CONTENT_SIZE];
    private final String name;

    /// Where files are tried: the path, or the nearest folder above it that exists.
    private String folder;

    private boolean dirty;

    /// Works at a path that need not exist.
    ///
    /// @param path absolute
    public StorageProbe(SftpClient client, String path, RandomGenerator random) {
        this.client = client;
        this.path = path;
        this.folder = path;
        random.nextBytes(content);
        byte[] unique = new byte[8];
        random.nextBytes(unique);
        this.name = ".holdfast-test-" + HexFormat.of().formatHex(unique);
    }

    /// What the folder holds.
    public Finding list() throws BackendException, InterruptedException {
        Optional<Attributes> there = client.findFollowing(path);
        if (there.isEmpty()) {
            folder = nearest();
            return Finding.doubtful(path + " does not exist yet; the nearest folder is " + folder);
        }
        if (!there.get().isFolder()) {
            throw new BackendException(
                    Kind.PATH_MISSING, path + " is no folder", "name a folder of its own", null);
        }
        List<FolderEntry> entries = client.list(List.of(path)).getFirst();
        boolean repository =
                entries.stream()
                        .anyMatch(
                                entry ->
                                        entry.name().equals("config")
                                                && entry.attributes().isFile());
        if (repository) {
            return Finding.good(path + " holds a repository");
        }
        return entries.isEmpty()
                ? Finding.good(path + " is empty")
                : Finding.doubtful(
                        path + " holds " + entries.size() + " other files, and no repository");
    }

    private String nearest() throws BackendException, InterruptedException {
        String above = path;
        while (above.length() > 1) {
            above = above.substring(0, Math.max(1, above.lastIndexOf('/')));
            if (client.findFollowing(above).filter(Attributes::isFolder).isPresent()) {
                return above;
            }
        }
        return "/";
    }

    private String file(String suffix) {
        return (folder.endsWith("/") ? folder : folder + "/") + name + suffix;
    }

    /// Makes a file.
    public Finding write() throws BackendException, InterruptedException {
        dirty = true;
        client.write(file(""), content, 0, content.length, 0600, 0600, false);
        return Finding.good(CONTENT_SIZE / 1024 + " KiB into " + folder);
    }

    /// Makes another one and forces it to disk.
    public Finding fsync() throws BackendException, InterruptedException {
        if (!client.offersFsync()) {
            return Finding.doubtful(
                    "not offered: a power loss of the server may lose what it has accepted");
        }
        client.write(file("-old"), content, 0, CONTENT_SIZE / 2, 0600, 0400, true);
        return Finding.good("offered");
    }

    /// Renames the first over the second.
    public Finding rename() throws BackendException, InterruptedException {
        if (!client.offersPosixRename()) {
            client.remove(file("-old"));
            client.rename(file(""), file("-old"));
            return Finding.doubtful("works, but cannot replace a file in one step");
        }
        client.rename(file(""), file("-old"));
        return Finding.good("replaces a file in one step");
    }

    /// Reads it back.
    public Finding read() throws BackendException, InterruptedException {
        byte[] back = client.read(file("-old"), CONTENT_SIZE);
        if (!Arrays.equals(back, content)) {
            throw new BackendException(
                    Kind.OTHER,
                    "what was read back from " + folder + " is not what was written",
                    "do not use this storage; check its disk and memory",
                    null);
        }
        return Finding.good("what was written");
    }

    /// Removes it.
    public Finding delete() throws BackendException, InterruptedException {
        client.remove(file(""));
        if (!client.remove(file("-old"))) {
            throw new BackendException(Kind.OTHER, file("-old") + " vanished by itself");
        }
        dirty = false;
        return Finding.good("nothing is left behind");
    }

    /// Room on the disk.
    public Finding freeSpace() throws BackendException, InterruptedException {
        Optional<Space> space = client.space(folder);
        if (space.isEmpty()) {
            return Finding.doubtful("the server does not say");
        }
        Space seen = space.get();
        String text =
                String.format(
                        Locale.ROOT,
                        "%,d MiB of %,d MiB free",
                        seen.free() / MEBI,
                        seen.total() / MEBI);
        if (seen.totalInodes() > 0) {
            text += String.format(Locale.ROOT, ", %,d inodes", seen.freeInodes());
        }
        return seen.isTooSmallFor(SPACE_LOW) ? Finding.doubtful(text) : Finding.good(text);
    }

    /// The median of a few round trips.
    public Finding latency() throws BackendException, InterruptedException {
        long[] nanos = new long[ROUND_TRIPS];
        for (int i = 0; i < ROUND_TRIPS; i++) {
            long start = System.nanoTime();
            client.findFollowing(folder);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return Finding.good(
                String.format(Locale.ROOT, "%.1f ms a round trip", nanos[ROUND_TRIPS / 2] / 1e6));
    }

    /// Removes what a failed part left.
    @Override
    public void close() {
        if (dirty && client.isOpen()) {
            client.removeLater(file(""));
            client.removeLater(file("-old"));
        }
    }
}
