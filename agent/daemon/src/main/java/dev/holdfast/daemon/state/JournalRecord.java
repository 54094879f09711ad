package dev.holdfast.daemon.state;

import com.google.protobuf.ByteString;

import dev.holdfast.proto.v1.TaskFinished;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;

/// One fact of the journal. Its first byte tells the kind; numbers are never used again.
sealed interface JournalRecord {
    /// A process began to use the journal.
    record Started(long pid, String bootId, String host) implements JournalRecord {}

    /// An order is ours and will be carried out.
    record Accepted(long seq, Instant at, TaskOrder order) implements JournalRecord {}

    /// A task came to its end.
    record Finished(long seq, String taskId, TaskResult result) implements JournalRecord {}

    /// The controller has stored everything up to this number.
    record Acknowledged(long upTo) implements JournalRecord {}

    /// An id that must never run (again): done long ago, or cancelled before it came.
    record Spent(String taskId) implements JournalRecord {}

    /// Highest epoch and plan generation of any order so far.
    record Fence(long epoch, long generation) implements JournalRecord {}

    /// What was said of an accepted task that has ended since; only its number matters now.
    record AcceptedReport(long seq, Instant at, String taskId) implements JournalRecord {}

    /// Numbers that the next records go on from.
    record Position(long nextSeq, long spentFloor) implements JournalRecord {}

    default byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (this) {
                case Started(long pid, String bootId, String host) -> {
                    out.writeByte(1);
                    out.writeLong(pid);
                    out.writeUTF(bootId);
                    out.writeUTF(host);
                }
                case Accepted(long seq, Instant at, TaskOrder order) -> {
                    out.writeByte(2);
                    out.writeLong(seq);
                    out.writeLong(at.toEpochMilli());
                    order.writeTo(out);
                }
                case Finished(long seq, String taskId, TaskResult result) -> {
                    out.writeByte(3);
                    out.writeLong(seq);
                    TaskFinished.newBuilder()
                            .setTaskId(taskId)
                            .setResult(result)
                            .build()
                            .writeTo(out);
                }
                case Acknowledged(long upTo) -> {
                    out.writeByte(4);
                    out.writeLong(upTo);
                }
                case Spent(String taskId) -> {
                    out.writeByte(5);
                    out.writeUTF(taskId);
                }
                case Fence(long epoch, long generation) -> {
                    out.writeByte(6);
                    out.writeLong(epoch);
                    out.writeLong(generation);
                }
                case Position(long nextSeq, long spentFloor) -> {
                    out.writeByte(7);
                    out.writeLong(nextSeq);
                    out.writeLong(spentFloor);
                }
                case AcceptedReport(long seq, Instant at, String taskId) -> {
                    out.writeByte(8);
                    out.writeLong(seq);
                    out.writeLong(at.toEpochMilli());
                    out.writeUTF(taskId);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory refuses a write", e);
        }
        return bytes.toByteArray();
    }

    /// The reverse of [#encode].
    ///
    /// @throws IOException where the bytes are no record that this version knows
    static JournalRecord decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int kind = in.readByte();
            return switch (kind) {
                case 1 -> new Started(in.readLong(), in.readUTF(), in.readUTF());
                case 2 ->
                        new Accepted(
                                in.readLong(),
                                Instant.ofEpochMilli(in.readLong()),
                                TaskOrder.parseFrom(ByteString.copyFrom(in.readAllBytes())));
                case 3 -> {
                    long seq = in.readLong();
                    TaskFinished finished =
                            TaskFinished.parseFrom(ByteString.copyFrom(in.readAllBytes()));
                    yield new Finished(seq, finished.getTaskId(), finished.getResult());
                }
                case 4 -> new Acknowledged(in.readLong());
                case 5 -> new Spent(in.readUTF());
                case 6 -> new Fence(in.readLong(), in.readLong());
                case 7 -> new Position(in.readLong(), in.readLong());
                case 8 ->
                        new AcceptedReport(
                                in.readLong(), Instant.ofEpochMilli(in.readLong()), in.readUTF());
                default -> throw new IOException("record of unknown kind " + kind);
            };
        }
    }
}
