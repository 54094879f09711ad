package dev.holdfast.daemon.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

class JournalTest {
    private static final List<JournalRecord> ONE_OF_EACH =
            List.of(
                    new JournalRecord.Started(42, "boot", "hôst"),
                    new JournalRecord.Accepted(
                            1, Instant.ofEpochMilli(1_700_000_000_123L), order()),
                    new JournalRecord.Finished(
                            2,
                            "task",
                            TaskResult.newBuilder()
                                    .setOutcome(TaskResult.Outcome.SUCCEEDED)
                                    .setSnapshotId("abc")
                                    .build()),
                    new JournalRecord.Acknowledged(2),
                    new JournalRecord.Spent("other"),
                    new JournalRecord.Fence(-1, 7),
                    new JournalRecord.Position(Long.MAX_VALUE, 3),
                    new JournalRecord.AcceptedReport(4, Instant.EPOCH, "third"));

    @TempDir private Path folder;

    private static TaskOrder order() {
        TaskOrder.Builder order = TaskOrder.newBuilder().setTaskId("task").setEpoch(9);
        order.getBackupBuilder().addPaths("/home");
        return order.build();
    }

    @Test
    void givesBackWhatWasAppended() throws IOException {
        StateDirectory directory = StateDirectory.create(folder.resolve("state"));
        append(directory, ONE_OF_EACH);

        assertThat(replay(directory)).isEqualTo(ONE_OF_EACH);
        assertThat(Files.getPosixFilePermissions(directory.file(Journal.FILE)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void dropsALastRecordThatIsCutShortAnywhere() throws IOException {
        for (JournalRecord last : ONE_OF_EACH) {
            StateDirectory whole = StateDirectory.create(folder.resolve("whole"));
            Files.deleteIfExists(whole.file(Journal.FILE));
            append(whole, ONE_OF_EACH);
            int start = Math.toIntExact(Files.size(whole.file(Journal.FILE)));
            append(whole, List.of(last));
            byte[] bytes = Files.readAllBytes(whole.file(Journal.FILE));

            for (int cut = start; cut < bytes.length; cut++) {
                StateDirectory torn = with(Arrays.copyOf(bytes, cut));
                assertThat(replay(torn)).as("cut at %d", cut).isEqualTo(ONE_OF_EACH);
                assertThat(torn.file(Journal.FILE)).hasSize(start);
                append(torn, List.of(last));
                assertThat(Files.readAllBytes(torn.file(Journal.FILE))).isEqualTo(bytes);
                assertThat(torn.file("journal.damaged")).doesNotExist();
            }
        }
    }

    @Test
    void dropsALastRecordWithAnyByteFlipped() throws IOException {
        StateDirectory whole = StateDirectory.create(folder.resolve("whole"));
        append(whole, ONE_OF_EACH);
        int start = Math.toIntExact(Files.size(whole.file(Journal.FILE)));
        append(whole, List.of(ONE_OF_EACH.get(1)));
        byte[] bytes = Files.readAllBytes(whole.file(Journal.FILE));

        for (int at = start; at < bytes.length; at++) {
            byte[] flipped = bytes.clone();
            flipped[at] ^= 0x01;
            assertThat(replay(with(flipped))).as("byte %d", at).isEqualTo(ONE_OF_EACH);
        }
    }

    @Test
    void keepsACopyWhereRecordsFollowTheDamage() throws IOException {
        StateDirectory directory = StateDirectory.create(folder.resolve("state"));
        append(directory, ONE_OF_EACH);
        byte[] bytes = Files.readAllBytes(directory.file(Journal.FILE));
        bytes[Journal.MAGIC.length + Journal.HEADER] ^= 0x40;
        Files.write(directory.file(Journal.FILE), bytes);

        assertThat(replay(directory)).isEmpty();
        assertThat(Files.readAllBytes(directory.file("journal.damaged"))).isEqualTo(bytes);
    }

    @Test
    void startsAnewWhereItsCreationWasCutShort() throws IOException {
        for (int cut = 0; cut < Journal.MAGIC.length; cut++) {
            StateDirectory directory = with(Arrays.copyOf(Journal.MAGIC, cut));
            assertThat(replay(directory)).isEmpty();
            append(directory, ONE_OF_EACH);
            assertThat(replay(directory)).isEqualTo(ONE_OF_EACH);
        }
    }

    @Test
    void leavesAForeignFileAlone() throws IOException {
        byte[] foreign = "not a journal at all".getBytes(StandardCharsets.UTF_8);
        StateDirectory directory = with(foreign);

        assertThatThrownBy(() -> replay(directory))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("is no journal of this version");
        assertThat(Files.readAllBytes(directory.file(Journal.FILE))).isEqualTo(foreign);
    }

    @Test
    void holdsTheRewrittenRecordsAndWhatFollows() throws IOException {
        StateDirectory directory = StateDirectory.create(folder.resolve("state"));
        try (Journal journal = Journal.open(directory)) {
            for (JournalRecord entry : ONE_OF_EACH) journal.append(entry);
            journal.rewrite(ONE_OF_EACH.subList(2, 4));
            journal.append(ONE_OF_EACH.getLast());
            assertThat(directory.file(Journal.FILE)).hasSize(journal.size());
        }

        assertThat(replay(directory))
                .containsExactly(ONE_OF_EACH.get(2), ONE_OF_EACH.get(3), ONE_OF_EACH.getLast());
        assertThat(Files.getPosixFilePermissions(directory.file(Journal.FILE)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void takesBackAnAppendThatTheDiskRefused() throws IOException {
        StateDirectory directory = StateDirectory.create(folder.resolve("state"));
        FullDisk disk = new FullDisk();
        try (Journal journal =
                Journal.open(directory, channel -> disk.over(SyncedFile.of(channel)))) {
            journal.append(ONE_OF_EACH.get(0));
            disk.full = true;
            assertThatThrownBy(() -> journal.append(ONE_OF_EACH.get(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("No space left on device");
            disk.full = false;
            journal.append(ONE_OF_EACH.get(2));
        }

        assertThat(replay(directory)).containsExactly(ONE_OF_EACH.get(0), ONE_OF_EACH.get(2));
    }

    private StateDirectory with(byte[] bytes) throws IOException {
        StateDirectory directory = StateDirectory.create(folder.resolve("copy"));
        Files.write(directory.file(Journal.FILE), bytes);
        return directory;
    }

    private static void append(StateDirectory directory, List<JournalRecord> records)
            throws IOException {
        try (Journal journal = Journal.open(directory)) {
            for (JournalRecord entry : records) journal.append(entry);
        }
    }

    private static List<JournalRecord> replay(StateDirectory directory) throws IOException {
        try (Journal journal = Journal.open(directory)) {
            return journal.replayed();
        }
    }

    /// Writes half of what it is given while it is full.
    private static final class FullDisk {
        private boolean full;

        SyncedFile over(SyncedFile inner) {
            return new SyncedFile() {
                @Override
                public void append(ByteBuffer bytes) throws IOException {
                    if (full) {
                        inner.append(bytes.slice(0, bytes.remaining() / 2));
                        throw new IOException("No space left on device");
                    }
                    inner.append(bytes);
                }

                @Override
                public void force() throws IOException {
                    inner.force();
                }

                @Override
                public void truncate(long size) throws IOException {
                    inner.truncate(size);
                }

                @Override
                public void close() throws IOException {
                    inner.close();
                }
            };
        }
    }
}
