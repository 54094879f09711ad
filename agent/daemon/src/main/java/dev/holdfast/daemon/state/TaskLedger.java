package dev.holdfast.daemon.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.TaskAccepted;
import dev.holdfast.proto.v1.TaskFinished;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.UUID;

/// Which tasks this agent has, had and must still report. Thread-safe.
///
/// Each change is in the journal before the method returns, so what the controller was told
/// survives a crash. Held without end are only tasks under way and results not yet acknowledged; of
/// spent ids the newest [#SPENT_MAX] are kept, and an order older than the oldest that was dropped
/// is refused, so that "at most once" needs no endless list.
public final class TaskLedger implements AutoCloseable {
    /// At 60 orders an hour, a week.
    static final int SPENT_MAX = 10_000;

    /// Journal size from which a rewrite is worth it; a rewritten one is far smaller.
    static final long COMPACT_SIZE = 4L << 20;

    /// Results kept for a controller that is away; the oldest go first beyond this.
    static final int OUTBOX_MAX = 20_000;

    /// What to do with an order.
    public enum Admission {
        /// New, in the journal, to be carried out.
        ACCEPTED,
        /// This id is known: what there is to say about it is in the outbox.
        KNOWN,
        /// From before what this agent remembers.
        TOO_OLD
    }

    /// A task of a process that is gone.
    ///
    /// @param process who had it in hand
    public record Interrupted(TaskOrder order, Instant startedAt, ProcessMark process) {}

    /// Names one process of one boot of one host.
    public record ProcessMark(long pid, String bootId, String host) {
        /// Stands for "not known": matches no process.
        public static final ProcessMark UNKNOWN = new ProcessMark(0, "", "");
    }

    private record Running(JournalRecord.Accepted accepted, ProcessMark process) {}

    private final Journal journal;
    private final InstantSource clock;
    private final ProcessMark self;
    private final List<Interrupted> interrupted;

    @GuardedBy("this")
    private final SequencedMap<String, Running> running = new LinkedHashMap<>();

    @GuardedBy("this")
    private final TreeMap<Long, AgentFrame> outbox = new TreeMap<>();

    @GuardedBy("this")
    private final SequencedSet<String> spent = new LinkedHashSet<>();

    @GuardedBy("this")
    private long nextSeq = 1;

    /// UUIDv7 milliseconds up to which spent ids were dropped.
    @GuardedBy("this")
    private long spentFloor;

    @GuardedBy("this")
    private long epoch;

    @GuardedBy("this")
    private long generation;

    @GuardedBy("this")
    private long compactAt = COMPACT_SIZE;

    private volatile Runnable outboxListener = () -> {};

    private TaskLedger(Journal journal, InstantSource clock, ProcessMark self) {
        this.journal = journal;
        this.clock = clock;
        this.self = self;
        this.interrupted = new ArrayList<>();
    }

    /// Replays the journal. Tasks that were under way are in [#interrupted()] and wait for
    /// [#finish].
    public static TaskLedger open(StateDirectory directory, InstantSource clock, ProcessMark self)
            throws IOException {
        return open(Journal.open(directory), clock, self);
    }

    static TaskLedger open(Journal journal, InstantSource clock, ProcessMark self)
            throws IOException {
        TaskLedger ledger = new TaskLedger(journal, clock, self);
        ledger.replay();
        return ledger;
    }

    private synchronized void replay() throws IOException {
        ProcessMark process = ProcessMark.UNKNOWN;
        for (JournalRecord entry : journal.replayed()) {
            switch (entry) {
                case JournalRecord.Started(long pid, String bootId, String host) ->
                        process = new ProcessMark(pid, bootId, host);
                case JournalRecord.Accepted accepted -> enter(accepted, process);
                case JournalRecord.AcceptedReport(long seq, Instant at, String taskId) ->
                        enter(acceptedFrame(seq, at, taskId));
                case JournalRecord.Finished finished -> enter(finished);
                case JournalRecord.Acknowledged(long upTo) -> outbox.headMap(upTo, true).clear();
                case JournalRecord.Spent(String taskId) -> spend(taskId);
                case JournalRecord.Fence(long e, long g) -> {
                    epoch = e;
                    generation = g;
                }
                case JournalRecord.Position(long seq, long floor) -> {
                    nextSeq = Math.max(nextSeq, seq);
                    spentFloor = Math.max(spentFloor, floor);
                }
            }
        }
        for (Running task : running.values()) {
            interrupted.add(
                    new Interrupted(task.accepted().order(), task.accepted().at(), task.process()));
        }
        journal.append(new JournalRecord.Started(self.pid(), self.bootId(), self.host()));
    }

    /// Tasks that a former process left, in the order in which they came.
    public List<Interrupted> interrupted() {
        return List.copyOf(interrupted);
    }

    /// Called whenever the outbox has grown; must return at once.
    public void onOutbox(Runnable listener) {
        outboxListener = listener;
    }

    /// Whether an order's epoch and generation are as new as any before; remembers higher ones.
    public synchronized boolean passesFence(TaskOrder order) throws IOException {
        boolean older =
                Long.compareUnsigned(order.getEpoch(), epoch) < 0
                        || (order.getGeneration() != 0
                                && order.getEpoch() == epoch
                                && Long.compareUnsigned(order.getGeneration(), generation) < 0);
        if (older) return false;
        boolean newEpoch = order.getEpoch() != epoch;
        if (newEpoch || Long.compareUnsigned(order.getGeneration(), generation) > 0) {
            epoch = order.getEpoch();
            generation = order.getGeneration();
            journal.append(new JournalRecord.Fence(epoch, generation));
        }
        return true;
    }

    /// Whether this id was seen before; such an order is answered by the outbox alone.
    public synchronized boolean knows(String taskId) {
        return running.containsKey(taskId) || spent.contains(taskId);
    }

    /// Takes an order, at most once for an id.
    public Admission accept(TaskOrder order) throws IOException {
        synchronized (this) {
            Optional<Admission> early = turnAway(order.getTaskId());
            if (early.isPresent()) return early.get();
            JournalRecord.Accepted accepted =
                    new JournalRecord.Accepted(nextSeq, clock.instant(), order);
            journal.append(accepted);
            enter(accepted, self);
        }
        outboxListener.run();
        return Admission.ACCEPTED;
    }

    /// Records that an order will not be carried out, and why; nothing where its id is known. An
    /// order that comes later under this id is then known.
    public void refuse(String taskId, TaskResult result) throws IOException {
        synchronized (this) {
            if (turnAway(taskId).isPresent()) return;
            append(new JournalRecord.Finished(nextSeq, taskId, result));
        }
        outboxListener.run();
    }

    /// Records the end of a task. The first end counts.
    public void finish(String taskId, TaskResult result) throws IOException {
        synchronized (this) {
            if (!running.containsKey(taskId)) return;
            append(new JournalRecord.Finished(nextSeq, taskId, result));
            compactIfLarge();
        }
        outboxListener.run();
    }

    /// The controller has stored all frames up to this number.
    public synchronized void acknowledge(long upTo) throws IOException {
        if (outbox.isEmpty() || Long.compareUnsigned(upTo, outbox.firstKey()) < 0) return;
        long bounded = Math.min(upTo, nextSeq - 1);
        journal.append(new JournalRecord.Acknowledged(bounded));
        outbox.headMap(bounded, true).clear();
        compactIfLarge();
    }

    /// Frames with a number above this one that were not acknowledged, in order.
    public synchronized List<AgentFrame> outbox(long above) {
        return List.copyOf(outbox.tailMap(above, false).values());
    }

    public synchronized List<String> runningIds() {
        return List.copyOf(running.keySet());
    }

    /// Tasks whose result the controller has not confirmed.
    public synchronized List<String> unreportedIds() {
        return outbox.values().stream()
                .filter(AgentFrame::hasFinished)
                .map(frame -> frame.getFinished().getTaskId())
                .toList();
    }

    public synchronized long epoch() {
        return epoch;
    }

    public synchronized long generation() {
        return generation;
    }

    @GuardedBy("this")
    private Optional<Admission> turnAway(String taskId) {
        if (knows(taskId)) return Optional.of(Admission.KNOWN);
        boolean old = millisOf(taskId).orElse(Long.MAX_VALUE) <= spentFloor;
        return old ? Optional.of(Admission.TOO_OLD) : Optional.empty();
    }

    @GuardedBy("this")
    private void append(JournalRecord.Finished finished) throws IOException {
        journal.append(finished);
        enter(finished);
    }

    @GuardedBy("this")
    private void enter(JournalRecord.Accepted accepted, ProcessMark process) {
        String id = accepted.order().getTaskId();
        running.put(id, new Running(accepted, process));
        enter(acceptedFrame(accepted.seq(), accepted.at(), id));
    }

    private static AgentFrame acceptedFrame(long seq, Instant at, String taskId) {
        TaskAccepted body =
                TaskAccepted.newBuilder().setTaskId(taskId).setStartedAt(ProtoTime.of(at)).build();
        return AgentFrame.newBuilder().setSeq(seq).setAccepted(body).build();
    }

    @GuardedBy("this")
    private void enter(JournalRecord.Finished finished) {
        running.remove(finished.taskId());
        spend(finished.taskId());
        TaskFinished body =
                TaskFinished.newBuilder()
                        .setTaskId(finished.taskId())
                        .setResult(finished.result())
                        .build();
        enter(AgentFrame.newBuilder().setSeq(finished.seq()).setFinished(body).build());
    }

    @GuardedBy("this")
    private void enter(AgentFrame frame) {
        outbox.put(frame.getSeq(), frame);
        nextSeq = Math.max(nextSeq, frame.getSeq() + 1);
        while (outbox.size() > OUTBOX_MAX) {
            outbox.pollFirstEntry();
        }
    }

    @GuardedBy("this")
    private void spend(String taskId) {
        spent.add(taskId);
        while (spent.size() > SPENT_MAX) {
            long oldest = millisOf(spent.removeFirst()).orElse(0);
            // an id made by a clock that runs ahead must not close the door to all others
            spentFloor = Math.max(spentFloor, Math.min(oldest, clock.millis()));
        }
    }

    @GuardedBy("this")
    private void compactIfLarge() throws IOException {
        if (journal.size() < compactAt) return;
        journal.rewrite(compacted());
        compactAt = Math.max(COMPACT_SIZE, 2 * journal.size());
    }

    @GuardedBy("this")
    private List<JournalRecord> compacted() {
        List<JournalRecord> records = new ArrayList<>();
        records.add(new JournalRecord.Position(nextSeq, spentFloor));
        records.add(new JournalRecord.Fence(epoch, generation));
        spent.forEach(id -> records.add(new JournalRecord.Spent(id)));
        for (Running task : running.values()) {
            ProcessMark process = task.process();
            records.add(new JournalRecord.Started(process.pid(), process.bootId(), process.host()));
            records.add(task.accepted());
        }
        records.add(new JournalRecord.Started(self.pid(), self.bootId(), self.host()));
        long firstKept = outbox.isEmpty() ? nextSeq : outbox.firstKey();
        records.add(new JournalRecord.Acknowledged(firstKept - 1));
        outbox.forEach(
                (seq, frame) -> {
                    TaskAccepted accepted = frame.getAccepted();
                    if (frame.hasAccepted() && !running.containsKey(accepted.getTaskId())) {
                        // numbers stay without gaps: the controller acknowledges up to the first
                        records.add(
                                new JournalRecord.AcceptedReport(
                                        seq,
                                        ProtoTime.instant(accepted.getStartedAt()),
                                        accepted.getTaskId()));
                    }
                    if (frame.hasFinished()) {
                        TaskFinished finished = frame.getFinished();
                        records.add(
                                new JournalRecord.Finished(
                                        seq, finished.getTaskId(), finished.getResult()));
                    }
                });
        return records;
    }

    /// The time inside a UUIDv7.
    private static OptionalLong millisOf(String taskId) {
        try {
            UUID id = UUID.fromString(taskId);
            return id.version() == 7
                    ? OptionalLong.of(id.getMostSignificantBits() >>> 16)
                    : OptionalLong.empty();
        } catch (IllegalArgumentException _) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
