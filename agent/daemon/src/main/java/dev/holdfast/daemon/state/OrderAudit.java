package dev.holdfast.daemon.state;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Set;

/// Every order this host received, accepted or refused, as JSON lines that can be read without the
/// controller. Two files of at most [#SIZE_MAX]: the current one and the one before. Thread-safe.
public final class OrderAudit {
    private static final String FILE = "audit.ndjson";
    private static final String OLDER = "audit.1.ndjson";
    private static final long SIZE_MAX = 4L << 20;

    /// Text of the controller is cut here: one order must not push all others out.
    private static final int TEXT_MAX = 4096;

    private final StateDirectory directory;
    private final InstantSource clock;

    public OrderAudit(StateDirectory directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /// Adds one line; it is on the disk when this returns.
    ///
    /// @param kind what was asked for, as `backup`
    /// @param outcome `accepted`, `repeated`, `refused` or `cancelled`
    /// @param reason why it was refused; else empty
    public synchronized void record(
            String kind, String id, String subject, String outcome, String reason)
            throws IOException {
        ObjectNode line = JsonMapper.shared().createObjectNode();
        line.put("time", clock.instant().toString());
        line.put("kind", kind);
        line.put("id", cut(id));
        line.put("subject", cut(subject));
        line.put("outcome", outcome);
        if (!reason.isEmpty()) line.put("reason", cut(reason));
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        Path file = directory.file(FILE);
        if (Files.exists(file) && Files.size(file) + bytes.length > SIZE_MAX) {
            directory.replace(file, directory.file(OLDER));
        }
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(false);
        }
    }

    private static String cut(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
    }
}
