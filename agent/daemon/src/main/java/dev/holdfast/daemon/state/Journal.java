package dev.holdfast.daemon.state;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.Failure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32C;

/// An append-only file of records: a magic, then `length u32, crc32c u32, bytes` each, big-endian.
///
/// [#append] returns when the record is on the disk. A last record that a crash cut short is
/// dropped when the file is opened: nobody was told of it. Not thread-safe; the ledger above locks.
final class Journal implements AutoCloseable {
    static final String FILE = "journal";
    static final byte[] MAGIC = {'H', 'F', 'J', 'R', 'N', 'L', '1', '\n'};
    static final int HEADER = 8;

    /// A result with 100 failed items of long paths stays below 1 MiB.
    static final int RECORD_MAX = 4 << 20;

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final StateDirectory directory;
    private final Function<FileChannel, SyncedFile> files;
    private SyncedFile file;
    private long size;
    private final List<JournalRecord> replayed;

    private Journal(
            StateDirectory directory,
            Function<FileChannel, SyncedFile> files,
            SyncedFile file,
            long size,
            List<JournalRecord> replayed) {
        this.directory = directory;
        this.files = files;
        this.file = file;
        this.size = size;
        this.replayed = replayed;
    }

    static Journal open(StateDirectory directory) throws IOException {
        return open(directory, SyncedFile::of);
    }

    static Journal open(StateDirectory directory, Function<FileChannel, SyncedFile> files)
            throws IOException {
        Path path = directory.file(FILE);
        if (!Files.exists(path) || Files.size(path) < MAGIC.length) {
            directory.write(FILE, MAGIC);
        }
        byte[] bytes = Files.readAllBytes(path);
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new FailureException(
                    Failure.Code.INTERNAL,
                    path + " is no journal of this version",
                    "move it away to start with an empty one; unreported results are lost");
        }
        List<JournalRecord> records = new ArrayList<>();
        int end = parse(bytes, records);
        if (end < bytes.length) {
            dropTail(directory, path, bytes, end);
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        return new Journal(directory, files, files.apply(channel), end, records);
    }

    /// Reads records until one is not whole; returns where the whole ones end.
    private static int parse(byte[] bytes, List<JournalRecord> into) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int position = MAGIC.length;
        while (bytes.length - position >= HEADER) {
            int length = in.getInt(position);
            if (length <= 0 || length > RECORD_MAX || length > bytes.length - position - HEADER) {
                break;
            }
            if (in.getInt(position + 4) != checksum(bytes, position + HEADER, length)) {
                break;
            }
            int from = position + HEADER;
            into.add(JournalRecord.decode(Arrays.copyOfRange(bytes, from, from + length)));
            position = from + length;
        }
        return position;
    }

    private static void dropTail(StateDirectory directory, Path path, byte[] bytes, int end)
            throws IOException {
        if (bytes.length - end > RECORD_MAX + HEADER || reachesBeyond(bytes, end)) {
            directory.write(FILE + ".damaged", bytes);
            log.error(
                    "{} is damaged at byte {} of {}; a copy is kept beside it as journal.damaged",
                    path,
                    end,
                    bytes.length);
        } else {
            log.warn("dropped the torn last record of {}: {} bytes", path, bytes.length - end);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(end);
            channel.force(true);
        }
    }

    /// Whether the record that is not whole is followed by more: then it was not the last one.
    private static boolean reachesBeyond(byte[] bytes, int end) {
        if (bytes.length - end < HEADER) return false;
        int length = ByteBuffer.wrap(bytes).getInt(end);
        return length > 0 && length < bytes.length - end - HEADER;
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /// What was in the file when it was opened, in order.
    List<JournalRecord> replayed() {
        return replayed;
    }

    long size() {
        return size;
    }

    /// Writes one record; it is on the disk when this returns.
    void append(JournalRecord entry) throws IOException {
        ByteBuffer framed = frame(entry);
        int length = framed.remaining();
        try {
            file.append(framed);
            file.force();
        } catch (IOException e) {
            try {
                file.truncate(size);
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
        size += length;
    }

    /// Replaces the file by these records alone.
    void rewrite(List<JournalRecord> records) throws IOException {
        Path temporary = directory.file(FILE + ".new");
        Files.deleteIfExists(temporary);
        FileChannel channel =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        SyncedFile next = files.apply(channel);
        long written = MAGIC.length;
        try {
            next.append(ByteBuffer.wrap(MAGIC));
            for (JournalRecord entry : records) {
                ByteBuffer framed = frame(entry);
                written += framed.remaining();
                next.append(framed);
            }
            next.force();
            directory.replace(temporary, directory.file(FILE));
        } catch (IOException e) {
            next.close();
            throw e;
        }
        file.close();
        file = next;
        size = written;
    }

    private static ByteBuffer frame(JournalRecord entry) {
        byte[] body = entry.encode();
        if (body.length > RECORD_MAX) {
            throw new IllegalArgumentException("a journal record of " + body.length + " bytes");
        }
        return ByteBuffer.allocate(HEADER + body.length)
                .putInt(body.length)
                .putInt(checksum(body, 0, body.length))
                .put(body)
                .flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
