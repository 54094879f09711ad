package dev.holdfast.server.run;

import dev.holdfast.server.database.Database;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.fleet.AgentStore;
import dev.holdfast.server.fleet.Links;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// All changes of runs: requests of operators, reports of agents, time passing. Thread-safe.
///
/// One lock orders the changes: each is committed, then shown to watchers, then what follows from
/// it is sent. Nothing under the lock waits for an agent. What is sent to an agent may be lost; it
/// is sent again until the agent reports that it has it, and an agent executes an id at most once.
public final class Runs {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final Duration REDELIVER_AFTER = Duration.ofSeconds(30);
    private static final Duration WRITE_PROGRESS_EVERY = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Database database;
    private final RunStore store = new RunStore();
    private final AgentStore agents = new AgentStore();
    private final Links links;
    private final InstantSource clock;
    private final Duration unknownAfter;
    private final RunFeed feed = new RunFeed();
    private final Map<String, Live> progress = new HashMap<>();
    private final Map<String, Run.Progress> unwrittenProgress = new HashMap<>();
    private final Map<String, Instant> lostSince = new HashMap<>();
    // orders and cancels that the agent has not yet confirmed, by run
    private final Map<String, Instant> sentAt = new HashMap<>();
    private Instant progressWrittenAt = Instant.MIN;

    private record Live(String agentId, Run.Progress newest) {}

    public Runs(Database database, Links links, InstantSource clock, Duration unknownAfter) {
        this.database = database;
        this.links = links;
        this.clock = clock;
        this.unknownAfter = unknownAfter;
    }

    /// After a start of the controller: what was in flight is in the agents' hands until they say
    /// more.
    public void recover() {
        lock.lock();
        try {
            for (Run run : database.read(store::inFlight)) {
                if (run.state() != RunState.UNKNOWN) {
                    String agent = run.request().agentName();
                    change(
                            run,
                            status -> status.unknown("waiting for agent " + agent),
                            "the controller was restarted; waiting for agent " + agent);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Makes the run and starts it if it can. A repeated request with the same id and content gets
    /// the run that the first one made.
    public Run create(RunRequest request) throws RequestException {
        lock.lock();
        try {
            Instant now = now();
            var status = RunStatus.queued(whyNotConnected(request.agentName()));
            try {
                database.write(
                        handle -> {
                            store.insert(handle, request, status, now);
                            event(handle, request.id(), now, RunState.QUEUED, "queued");
                            return true;
                        });
            } catch (JdbiException e) {
                Optional<Run> earlier = database.read(handle -> store.find(handle, request.id()));
                if (earlier.isEmpty() || !Database.isUniqueViolation(e)) {
                    throw e;
                }
                return same(earlier.get(), request);
            }
            dispatch(request.agentId());
            return current(request.id());
        } finally {
            lock.unlock();
        }
    }

    private Run same(Run earlier, RunRequest request) throws RequestException {
        RunRequest first = earlier.request();
        boolean same =
                first.kind() == request.kind()
                        && first.agentId().equals(request.agentId())
                        && Arrays.equals(first.order(), request.order());
        if (!same) {
            throw RequestException.of(
                    FailureCode.CONFLICT,
                    "run " + request.id() + " exists and was asked for something else",
                    "use a new run id for a new run");
        }
        return show(earlier);
    }

    /// By id or unique prefix of it.
    public Run get(String idOrPrefix) throws RequestException {
        if (idOrPrefix.isEmpty()) {
            throw RequestException.invalid("run", "is missing");
        }
        List<Run> found = database.read(handle -> store.findByPrefix(handle, idOrPrefix));
        if (found.isEmpty()) {
            throw RequestException.of(
                    FailureCode.NOT_FOUND, "no run " + idOrPrefix, "list them: holdfast run list");
        }
        if (found.size() > 1) {
            throw RequestException.of(
                    FailureCode.CONFLICT,
                    "several runs have an id that begins with " + idOrPrefix,
                    "give more of the id");
        }
        return show(found.getFirst());
    }

    public List<Run> list(String agentId, int limit) {
        return database.read(handle -> store.list(handle, agentId, limit)).stream()
                .map(this::show)
                .toList();
    }

    public boolean isStorageBusy(String storageId) {
        return database.read(handle -> store.isStorageBusy(handle, storageId));
    }

    /// Agents that had a run on the storage, the latest first.
    public List<String> usersOf(String storageId) {
        return database.read(handle -> store.usersOf(handle, storageId));
    }

    /// Successful backups whose snapshot begins with the prefix, newest first.
    public List<Run> backupsOf(String snapshotPrefix) {
        return database.read(handle -> store.backupsOf(handle, snapshotPrefix));
    }

    /// Successful backups of the agent, newest first.
    public List<Run> backupsBy(String agentId) {
        return database.read(handle -> store.backupsBy(handle, agentId));
    }

    /// Before the order left, the run ends at once; later the agent is asked and decides how it
    /// ends.
    public Run cancel(String idOrPrefix, String operator) throws RequestException {
        lock.lock();
        try {
            Run run = get(idOrPrefix);
            if (run.state() == RunState.CANCELLED) {
                return run;
            }
            if (run.state().isFinal()) {
                throw RequestException.of(
                        FailureCode.CONFLICT,
                        "run " + run.id() + " has ended: " + run.state(),
                        "there is nothing to cancel");
            }
            String agentId = run.request().agentId();
            if (run.state() == RunState.QUEUED) {
                change(run, status -> status.cancelled(now()), by(operator, "cancelled"));
                dispatch(agentId);
                return current(run.id());
            }
            if (run.state() == RunState.UNKNOWN && isRevoked(agentId)) {
                change(
                        run,
                        status -> status.cancelled(now()),
                        by(operator, "given up: the agent was revoked and cannot report"));
                return current(run.id());
            }
            if (!run.status().cancelRequested()) {
                change(run, RunStatus::cancelWanted, by(operator, "cancel requested"));
            }
            sendCancel(agentId, run.id());
            return current(run.id());
        } finally {
            lock.unlock();
        }
    }

    /// The agent can take no more orders: what waits for it ends, what it may have begun stays
    /// open.
    public void agentRevoked(String agentId, String operator) {
        lock.lock();
        try {
            for (Run run : database.read(handle -> store.queued(handle, agentId))) {
                change(
                        run,
                        status -> status.cancelled(now()),
                        by(operator, "cancelled: the agent was revoked"));
            }
        } finally {
            lock.unlock();
        }
    }

    /// The ids of the runs that are with the agent, as far as is known.
    public List<String> inFlight(String agentId) {
        return database.read(handle -> store.inFlight(handle, agentId)).stream()
                .map(Run::id)
                .toList();
    }

    /// Calls the watcher with the run as it is and after each change, until it is removed. The
    /// watcher is called under the lock and must return at once.
    public void watch(String runId, Consumer<Run> watcher) {
        lock.lock();
        try {
            watcher.accept(current(runId));
            feed.add(runId, watcher);
        } finally {
            lock.unlock();
        }
    }

    public void unwatch(String runId, Consumer<Run> watcher) {
        feed.remove(runId, watcher);
    }

    /// The agent's stream is open and its inventory known: reconcile, never infer.
    public void connected(String agentId, Inventory inventory) {
        lock.lock();
        try {
            lostSince.remove(agentId);
            for (Run run : database.read(handle -> store.inFlight(handle, agentId))) {
                reconcile(run, inventory);
            }
            dispatch(agentId);
        } finally {
            lock.unlock();
        }
    }

    private void reconcile(Run run, Inventory inventory) {
        String agentId = run.request().agentId();
        if (inventory.running().contains(run.id())) {
            if (run.state() != RunState.RUNNING) {
                change(
                        run,
                        status -> status.running(now()),
                        "the agent reports that it is running");
            }
            if (run.status().cancelRequested()) {
                sendCancel(agentId, run.id());
            }
        } else if (inventory.unreported().contains(run.id())) {
            LOG.atDebug().addKeyValue("run", run.id()).log("its result is about to arrive");
        } else if (!run.status().isAccepted() && run.status().cancelRequested()) {
            change(
                    run,
                    status -> status.cancelled(now()),
                    "cancelled before the order reached the agent");
            sendCancel(agentId, run.id());
        } else if (!run.status().isAccepted()) {
            if (run.state() != RunState.LEASED) {
                change(
                        run,
                        status -> status.leased(now()),
                        "the order had not reached the agent and is sent again");
            }
            sendOrder(run);
        } else {
            String why =
                    "agent "
                            + run.request().agentName()
                            + " neither runs it nor has reported its end";
            if (run.state() != RunState.UNKNOWN || !run.status().reason().equals(why)) {
                change(run, status -> status.unknown(why), why);
            }
        }
    }

    /// The agent's last stream ended. Its runs go on; they become UNKNOWN only after a while.
    public void disconnected(String agentId) {
        lock.lock();
        try {
            lostSince.putIfAbsent(agentId, now());
        } finally {
            lock.unlock();
        }
    }

    /// The agent has the order on its disk. `stored` is noted as received in the same transaction.
    public void accepted(String agentId, String runId, Instant startedAt, long stored) {
        lock.lock();
        try {
            Optional<Run> found = ofAgent(agentId, runId, "accepted");
            if (found.isPresent()) {
                Run run = found.get();
                sentAt.remove(runId);
                if (run.state().isFinal()) {
                    if (run.state() == RunState.CANCELLED) {
                        sendCancel(agentId, runId);
                    }
                } else if (run.state() != RunState.RUNNING) {
                    change(
                            run,
                            status -> status.running(startedAt),
                            "the agent has accepted it",
                            handle -> agents.received(handle, agentId, stored));
                    return;
                }
            }
            received(agentId, stored);
        } finally {
            lock.unlock();
        }
    }

    /// The agent's final report. It is stored before this returns, so that it may be acknowledged.
    public void finished(String agentId, String runId, RunResult reported, long stored) {
        lock.lock();
        try {
            Optional<Run> found = ofAgent(agentId, runId, "finished");
            if (found.isEmpty() || found.get().state().isFinal()) {
                received(agentId, stored);
                return;
            }
            Run run = found.get();
            RunResult result = believable(run, reported);
            writeProgress(Map.copyOf(only(runId)));
            change(
                    run,
                    status -> status.finished(result),
                    result.summary(),
                    handle -> agents.received(handle, agentId, stored));
            progress.remove(runId);
            unwrittenProgress.remove(runId);
            sentAt.remove(runId);
            dispatch(agentId);
        } finally {
            lock.unlock();
        }
    }

    /// A backup is good only with a snapshot that was read back.
    private static RunResult believable(Run run, RunResult result) {
        boolean good =
                result.state() == RunState.SUCCEEDED
                        || result.state() == RunState.SUCCEEDED_WITH_WARNINGS;
        if (run.request().kind() == RunKind.BACKUP && good && result.snapshotId().isEmpty()) {
            return new RunResult(
                    RunState.FAILED,
                    "INTERNAL",
                    "the agent reported success but named no snapshot",
                    "",
                    result.startedAt(),
                    result.finishedAt(),
                    result.document());
        }
        return result;
    }

    /// Kept in memory and written now and then; may be lost.
    public void progress(String agentId, String runId, byte[] document) {
        lock.lock();
        try {
            Live live = progress.get(runId);
            if (live == null || !live.agentId().equals(agentId)) {
                Optional<Run> run = ofAgent(agentId, runId, "progress");
                if (run.isEmpty() || run.get().state() != RunState.RUNNING) {
                    return;
                }
            }
            var newest = new Run.Progress(now(), document);
            progress.put(runId, new Live(agentId, newest));
            unwrittenProgress.put(runId, newest);
            if (feed.isWatched(runId)) {
                feed.publish(current(runId));
            }
        } finally {
            lock.unlock();
        }
    }

    /// To be called about once a second.
    public void tick() {
        lock.lock();
        try {
            Instant now = now();
            for (var lost : Map.copyOf(lostSince).entrySet()) {
                boolean back = links.isConnected(lost.getKey());
                boolean due = !lost.getValue().plus(unknownAfter).isAfter(now);
                if (back || due) {
                    lostSince.remove(lost.getKey());
                }
                if (due && !back) {
                    lost(lost.getKey());
                }
            }
            redeliver(now);
            if (progressWrittenAt.isBefore(now.minus(WRITE_PROGRESS_EVERY))) {
                flushProgress();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Writes what is only in memory.
    public void flushProgress() {
        lock.lock();
        try {
            progressWrittenAt = now();
            writeProgress(unwrittenProgress);
            unwrittenProgress.clear();
        } finally {
            lock.unlock();
        }
    }

    private void lost(String agentId) {
        for (Run run : database.read(handle -> store.inFlight(handle, agentId))) {
            if (run.state() != RunState.UNKNOWN) {
                String why =
                        "agent "
                                + run.request().agentName()
                                + " is out of reach; the host may be working";
                change(run, status -> status.unknown(why), why);
            }
        }
    }

    private void redeliver(Instant now) {
        for (var sent : Map.copyOf(sentAt).entrySet()) {
            String runId = sent.getKey();
            if (sent.getValue().plus(REDELIVER_AFTER).isAfter(now)) {
                continue;
            }
            sentAt.remove(runId);
            Optional<Run> found = database.read(handle -> store.find(handle, runId));
            if (found.isEmpty() || found.get().state() != RunState.LEASED) {
                continue;
            }
            sendOrder(found.get());
            if (found.get().status().cancelRequested()) {
                sendCancel(found.get().request().agentId(), runId);
            }
        }
    }

    /// Gives the agent what waits for it, as far as its lanes are free.
    private void dispatch(String agentId) {
        List<Run> queued = database.read(handle -> store.queued(handle, agentId));
        if (queued.isEmpty()) {
            return;
        }
        boolean connected = links.isConnected(agentId);
        var busy = new ArrayList<>(database.read(handle -> store.inFlight(handle, agentId)));
        busy.removeIf(run -> run.state() == RunState.UNKNOWN);
        for (Run run : queued) {
            Optional<Run> before = busy.stream().filter(other -> sameLane(run, other)).findFirst();
            if (!connected || before.isPresent()) {
                String why =
                        connected
                                ? "waiting for run " + before.orElseThrow().id()
                                : whyNotConnected(run.request().agentName());
                if (!why.equals(run.status().reason())) {
                    change(run, status -> status.waiting(why), why);
                }
                continue;
            }
            change(run, status -> status.leased(now()), "order sent to the agent");
            sendOrder(run);
            busy.add(run);
        }
    }

    private static boolean sameLane(Run one, Run other) {
        return one.request().storageId().equals(other.request().storageId())
                && one.request().kind().sharesLaneWith(other.request().kind());
    }

    private void sendOrder(Run run) {
        String agentId = run.request().agentId();
        long seq = database.write(handle -> agents.nextSentSeq(handle, agentId));
        sentAt.put(run.id(), now());
        links.sendOrder(agentId, seq, run.request().order());
    }

    private void sendCancel(String agentId, String runId) {
        if (links.isConnected(agentId)) {
            long seq = database.write(handle -> agents.nextSentSeq(handle, agentId));
            links.sendCancel(agentId, seq, runId);
        }
    }

    private Optional<Run> ofAgent(String agentId, String runId, String what) {
        Optional<Run> run = database.read(handle -> store.find(handle, runId));
        if (run.isEmpty() || !run.get().request().agentId().equals(agentId)) {
            LOG.atWarn()
                    .addKeyValue("agent", agentId)
                    .addKeyValue("run", run.isPresent() ? runId : "unknown")
                    .addKeyValue("report", what)
                    .log("an agent reported on a run that is not its own; ignored");
            return Optional.empty();
        }
        return run;
    }

    private void received(String agentId, long stored) {
        database.write(
                handle -> {
                    agents.received(handle, agentId, stored);
                    return true;
                });
    }

    private void change(Run run, UnaryOperator<RunStatus> step, String text) {
        change(run, step, text, handle -> {});
    }

    private void change(
            Run run, UnaryOperator<RunStatus> step, String text, Consumer<Handle> besides) {
        RunStatus next = step.apply(run.status());
        Instant now = now();
        database.write(
                handle -> {
                    store.update(handle, run.id(), run.state(), next);
                    event(handle, run.id(), now, next.state(), text);
                    besides.accept(handle);
                    return true;
                });
        LOG.atInfo()
                .addKeyValue("run", run.id())
                .addKeyValue("agent", run.request().agentName())
                .addKeyValue("state", next.state())
                .log(text);
        feed.publish(current(run.id()));
    }

    private void event(Handle handle, String id, Instant at, RunState state, String text) {
        store.addEvent(handle, id, new Run.Event(at, state, text));
    }

    private void writeProgress(Map<String, Run.Progress> newest) {
        if (!newest.isEmpty()) {
            database.write(
                    handle -> {
                        store.progress(handle, newest);
                        return true;
                    });
        }
    }

    private Map<String, Run.Progress> only(String runId) {
        Run.Progress last = unwrittenProgress.get(runId);
        return last == null ? Map.of() : Map.of(runId, last);
    }

    private boolean isRevoked(String agentId) {
        return database.read(handle -> agents.find(handle, agentId)).orElseThrow().isRevoked();
    }

    /// As exact as the database keeps it, so that a run looks the same before and after it was
    /// stored.
    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private Run current(String runId) {
        return show(database.read(handle -> store.find(handle, runId)).orElseThrow());
    }

    private Run show(Run run) {
        lock.lock();
        try {
            Live live = progress.get(run.id());
            return live == null ? run : run.with(Optional.of(live.newest()));
        } finally {
            lock.unlock();
        }
    }

    private static String whyNotConnected(String agentName) {
        return "waiting for agent " + agentName + " to connect";
    }

    private static String by(String operator, String what) {
        return what + " by " + operator;
    }
}
