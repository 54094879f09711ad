package dev.holdfast.daemon.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.state.TaskLedger.Admission;
import dev.holdfast.daemon.state.TaskLedger.ProcessMark;
import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

class TaskLedgerTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final ProcessMark FIRST = new ProcessMark(100, "boot-1", "host");
    private static final ProcessMark SECOND = new ProcessMark(200, "boot-2", "host");
    private static final TaskResult DONE =
            TaskResult.newBuilder().setOutcome(TaskResult.Outcome.SUCCEEDED).build();

    @TempDir private Path folder;
    private StateDirectory directory;

    @BeforeEach
    void createDirectory() throws IOException {
        directory = StateDirectory.create(folder.resolve("state"));
    }

    @Test
    void takesAnIdAtMostOnce() throws IOException {
        TaskOrder order = order(id(1));
        try (TaskLedger ledger = open(FIRST)) {
            assertThat(ledger.accept(order)).isEqualTo(Admission.ACCEPTED);
            assertThat(ledger.accept(order)).isEqualTo(Admission.KNOWN);
            ledger.finish(id(1), DONE);
            assertThat(ledger.accept(order)).isEqualTo(Admission.KNOWN);
            ledger.acknowledge(2);
            assertThat(ledger.outbox(0)).isEmpty();
            assertThat(ledger.accept(order)).isEqualTo(Admission.KNOWN);
        }
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(ledger.accept(order)).isEqualTo(Admission.KNOWN);
            assertThat(ledger.interrupted()).isEmpty();
        }
    }

    @Test
    void namesTheTasksThatAFormerProcessLeft() throws IOException {
        TaskOrder left = order(id(2));
        try (TaskLedger ledger = open(FIRST)) {
            ledger.accept(order(id(1)));
            ledger.accept(left);
            ledger.finish(id(1), DONE);
        }
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(ledger.interrupted())
                    .containsExactly(new TaskLedger.Interrupted(left, NOW, FIRST));
            assertThat(ledger.runningIds()).containsExactly(id(2));
            assertThat(ledger.accept(left)).isEqualTo(Admission.KNOWN);
        }
        try (TaskLedger ledger = open(new ProcessMark(300, "boot-2", "host"))) {
            assertThat(ledger.interrupted())
                    .as("still the process that had it in hand")
                    .containsExactly(new TaskLedger.Interrupted(left, NOW, FIRST));
            ledger.finish(id(2), DONE);
        }
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(ledger.interrupted()).isEmpty();
            assertThat(ledger.unreportedIds()).containsExactly(id(1), id(2));
        }
    }

    @Test
    void keepsFramesUntilTheyAreAcknowledged() throws IOException {
        try (TaskLedger ledger = open(FIRST)) {
            ledger.accept(order(id(1)));
            ledger.finish(id(1), DONE);
            ledger.accept(order(id(2)));
            ledger.acknowledge(1);
            assertThat(seqs(ledger.outbox(0))).containsExactly(2L, 3L);
            assertThat(seqs(ledger.outbox(2))).containsExactly(3L);
        }
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(seqs(ledger.outbox(0))).containsExactly(2L, 3L);
            assertThat(ledger.outbox(0).getFirst().getFinished().getTaskId()).isEqualTo(id(1));
            ledger.acknowledge(Long.MAX_VALUE);
            assertThat(ledger.outbox(0)).isEmpty();
        }
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(ledger.outbox(0)).isEmpty();
            ledger.finish(id(2), DONE);
            assertThat(seqs(ledger.outbox(0))).as("numbers go on").containsExactly(4L);
        }
    }

    @Test
    void losesNothingByACompaction() throws IOException {
        TaskResult large = result("x".repeat(900 << 10));
        List<AgentFrame> before;
        try (TaskLedger ledger = open(FIRST)) {
            for (int n = 1; n <= 3; n++) {
                ledger.accept(order(id(n)));
                ledger.finish(id(n), large);
            }
            ledger.acknowledge(6);
            for (int n = 4; n <= 5; n++) {
                ledger.accept(order(id(n)));
                ledger.finish(id(n), large);
            }
            assertThat(Files.size(directory.file(Journal.FILE))).isLessThan(2 << 20);
            ledger.accept(order(id(6)));
            before = ledger.outbox(0);
            assertThat(seqs(before)).containsExactly(7L, 8L, 9L, 10L, 11L);
        }
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(ledger.outbox(0)).isEqualTo(before);
            assertThat(ledger.interrupted())
                    .containsExactly(new TaskLedger.Interrupted(order(id(6)), NOW, FIRST));
            for (int n = 1; n <= 6; n++) {
                assertThat(ledger.accept(order(id(n)))).isEqualTo(Admission.KNOWN);
            }
            ledger.accept(order(id(7)));
            assertThat(ledger.outbox(11).getFirst().getSeq()).isEqualTo(12);
        }
    }

    @Test
    void keepsNumbersWhereNothingElseIsLeftToKeep() throws IOException {
        TaskResult large = result("x".repeat(900 << 10));
        try (TaskLedger ledger = open(FIRST)) {
            for (int n = 1; n <= 10; n++) {
                ledger.accept(order(id(n)));
                ledger.finish(id(n), large);
                ledger.acknowledge(2L * n);
            }
        }
        assertThat(Files.size(directory.file(Journal.FILE))).isLessThan(5 << 20);
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(ledger.outbox(0)).isEmpty();
            ledger.accept(order(id(11)));
            assertThat(seqs(ledger.outbox(0))).containsExactly(21L);
        }
    }

    @Test
    void anIdThatWasRefusedOrCancelledBeforeItCameNeverRuns() throws IOException {
        try (TaskLedger ledger = open(FIRST)) {
            ledger.refuse(id(1), result("no"));
            ledger.refuse(id(1), result("twice"));
            assertThat(ledger.outbox(0)).hasSize(1);
        }
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(ledger.accept(order(id(1)))).isEqualTo(Admission.KNOWN);
            assertThat(ledger.runningIds()).isEmpty();
        }
    }

    @Test
    void theFirstEndCounts() throws IOException {
        try (TaskLedger ledger = open(FIRST)) {
            ledger.accept(order(id(1)));
            ledger.finish(id(1), DONE);
            ledger.finish(id(1), result("late"));
            ledger.finish("never heard of", DONE);
            assertThat(ledger.outbox(0)).hasSize(2);
            assertThat(ledger.outbox(1).getFirst().getFinished().getResult()).isEqualTo(DONE);
        }
    }

    @Test
    void refusesOlderEpochsAndPlans() throws IOException {
        try (TaskLedger ledger = open(FIRST)) {
            assertThat(ledger.passesFence(fenced(2, 5))).isTrue();
            assertThat(ledger.passesFence(fenced(2, 5))).isTrue();
            assertThat(ledger.passesFence(fenced(2, 4))).isFalse();
            assertThat(ledger.passesFence(fenced(2, 0))).as("by hand").isTrue();
            assertThat(ledger.passesFence(fenced(1, 9))).isFalse();
        }
        try (TaskLedger ledger = open(SECOND)) {
            assertThat(ledger.passesFence(fenced(2, 4))).isFalse();
            assertThat(ledger.passesFence(fenced(3, 1))).isTrue();
            assertThat(ledger.generation()).isEqualTo(1);
            assertThat(ledger.epoch()).isEqualTo(3);
        }
    }

    @Test
    void refusesWhatIsOlderThanTheOldestIdItForgot() throws IOException {
        List<JournalRecord> spent = new ArrayList<>();
        for (int n = 0; n < TaskLedger.SPENT_MAX + 10; n++) {
            spent.add(new JournalRecord.Spent(id(n)));
        }
        try (Journal journal = Journal.open(directory)) {
            journal.rewrite(spent);
        }
        try (TaskLedger ledger = open(FIRST)) {
            assertThat(ledger.knows(id(9))).isFalse();
            assertThat(ledger.accept(order(id(9)))).isEqualTo(Admission.TOO_OLD);
            assertThat(ledger.accept(order(id(10)))).isEqualTo(Admission.KNOWN);
            assertThat(ledger.accept(order(id(TaskLedger.SPENT_MAX + 10))))
                    .isEqualTo(Admission.ACCEPTED);
        }
    }

    private TaskLedger open(ProcessMark self) throws IOException {
        return TaskLedger.open(directory, InstantSource.fixed(NOW), self);
    }

    private static List<Long> seqs(List<AgentFrame> frames) {
        return frames.stream().map(AgentFrame::getSeq).toList();
    }

    /// A UUIDv7, one for each millisecond of the day before.
    private static String id(int n) {
        long millis = NOW.minusSeconds(86_400).toEpochMilli() + n;
        return new UUID(millis << 16 | 0x7000, 0x8000000000000000L | n).toString();
    }

    private static TaskOrder order(String id) {
        TaskOrder.Builder order = TaskOrder.newBuilder().setTaskId(id);
        order.getBackupBuilder().addPaths("/home");
        return order.build();
    }

    private static TaskOrder fenced(long epoch, long generation) {
        return TaskOrder.newBuilder().setEpoch(epoch).setGeneration(generation).build();
    }

    private static TaskResult result(String detail) {
        TaskResult.Builder result = TaskResult.newBuilder().setOutcome(TaskResult.Outcome.FAILED);
        result.getFailureBuilder().setDetail(detail);
        return result.build();
    }
}
