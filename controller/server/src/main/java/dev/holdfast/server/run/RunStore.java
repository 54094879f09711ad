package dev.holdfast.server.run;

import dev.holdfast.server.database.Columns;
import dev.holdfast.server.id.IdSource;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// SQL of runs and their events. Stateless; takes part in the caller's transaction.
final class RunStore {
    private static final String SELECT =
            "SELECT run.*, agent.name AS agent_name FROM run JOIN agent ON agent.id = run.agent_id"
                    + " ";
    private static final String IN_FLIGHT = "state IN ('LEASED', 'RUNNING', 'UNKNOWN')";
    private static final String GOOD_BACKUP =
            "run.kind = 'BACKUP' AND run.snapshot_id <> ''"
                    + " AND run.state IN ('SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS')";

    void insert(Handle handle, RunRequest request, RunStatus status, Instant now) {
        handle.createUpdate(
                        "INSERT INTO run (id, agent_id, storage_id, storage_name, kind, paths,"
                                + " task_order, created_at, state, reason, cancel_requested,"
                                + " failure_code, snapshot_id) VALUES (:id, :agent, :storage,"
                                + " :storageName, :kind, :paths, :order, :now, :state, :reason, 0,"
                                + " '', '')")
                .bind("id", request.id())
                .bind("agent", request.agentId())
                .bind("storage", request.storageId())
                .bind("storageName", request.storageName())
                .bind("kind", request.kind().name())
                .bind("paths", Columns.lines(request.paths()))
                .bind("order", request.order())
                .bind("now", now.toEpochMilli())
                .bind("state", status.state().name())
                .bind("reason", status.reason())
                .execute();
    }

    /// Writes the new status over the old one; fails if the row is not in the state that was read.
    void update(Handle handle, String id, RunState from, RunStatus to) {
        int rows =
                handle.createUpdate(
                                "UPDATE run SET state = :state, reason = :reason,"
                                        + " cancel_requested = :cancel, leased_at = :leased,"
                                        + " started_at = :started, finished_at = :finished,"
                                        + " failure_code = :failure, snapshot_id = :snapshot,"
                                        + " result = :result WHERE id = :id AND state = :from")
                        .bind("state", to.state().name())
                        .bind("reason", to.reason())
                        .bind("cancel", to.cancelRequested() ? 1 : 0)
                        .bind("leased", Columns.millis(to.leasedAt()))
                        .bind("started", Columns.millis(to.startedAt()))
                        .bind("finished", Columns.millis(to.finishedAt()))
                        .bind("failure", to.failureCode())
                        .bind("snapshot", to.snapshotId())
                        .bind("result", to.result().orElse(null))
                        .bind("id", id)
                        .bind("from", from.name())
                        .execute();
        if (rows != 1) {
            throw new IllegalStateException("run " + id + " is no longer " + from);
        }
    }

    void addEvent(Handle handle, String id, Run.Event event) {
        handle.createUpdate(
                        "INSERT INTO run_event (run_id, ordinal, at, state, text)"
                                + " SELECT :id, count(*), :at, :state, :text"
                                + " FROM run_event WHERE run_id = :id")
                .bind("id", id)
                .bind("at", event.at().toEpochMilli())
                .bind("state", event.state().name())
                .bind("text", event.text())
                .execute();
    }

    void progress(Handle handle, Map<String, Run.Progress> newest) {
        var batch =
                handle.prepareBatch(
                        "UPDATE run SET progress = :document, progress_at = :at WHERE id = :id");
        newest.forEach(
                (id, progress) ->
                        batch.bind("id", id)
                                .bind("document", progress.document())
                                .bind("at", progress.at().toEpochMilli())
                                .add());
        batch.execute();
    }

    Optional<Run> find(Handle handle, String id) {
        return one(handle, handle.createQuery(SELECT + "WHERE run.id = :id").bind("id", id));
    }

    /// At most two: enough to know whether the prefix is unique.
    List<Run> findByPrefix(Handle handle, String prefix) {
        if (!IdSource.isPrefix(prefix)) {
            return List.of();
        }
        return withEvents(
                handle,
                handle.createQuery(SELECT + "WHERE run.id LIKE :prefix ORDER BY run.id LIMIT 2")
                        .bind("prefix", prefix + "%"));
    }

    /// Newest first; an empty agent is any.
    List<Run> list(Handle handle, String agentId, int limit) {
        return withEvents(
                handle,
                handle.createQuery(
                                SELECT
                                        + "WHERE (:agent = '' OR run.agent_id = :agent)"
                                        + " ORDER BY run.created_at DESC, run.id DESC LIMIT :limit")
                        .bind("agent", agentId)
                        .bind("limit", limit));
    }

    List<Run> queued(Handle handle, String agentId) {
        return withEvents(
                handle,
                handle.createQuery(
                                SELECT
                                        + "WHERE run.agent_id = :agent AND run.state = 'QUEUED'"
                                        + " ORDER BY run.created_at, run.id")
                        .bind("agent", agentId));
    }

    List<Run> inFlight(Handle handle, String agentId) {
        return withEvents(
                handle,
                handle.createQuery(
                                SELECT
                                        + "WHERE run.agent_id = :agent AND run."
                                        + IN_FLIGHT
                                        + " ORDER BY run.created_at, run.id")
                        .bind("agent", agentId));
    }

    List<Run> inFlight(Handle handle) {
        return withEvents(handle, handle.createQuery(SELECT + "WHERE run." + IN_FLIGHT));
    }

    boolean isStorageBusy(Handle handle, String storageId) {
        return handle.createQuery(
                                "SELECT count(*) FROM run WHERE storage_id = :storage AND state IN"
                                        + " ('QUEUED', 'LEASED', 'RUNNING', 'UNKNOWN')")
                        .bind("storage", storageId)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /// Backups that succeeded and whose snapshot begins with the prefix, newest first.
    List<Run> backupsOf(Handle handle, String snapshotPrefix) {
        return withEvents(
                handle,
                handle.createQuery(
                                SELECT
                                        + "WHERE "
                                        + GOOD_BACKUP
                                        + " AND run.snapshot_id LIKE :prefix"
                                        + " ORDER BY run.finished_at DESC LIMIT 100")
                        .bind("prefix", snapshotPrefix + "%"));
    }

    List<Run> backupsBy(Handle handle, String agentId) {
        return withEvents(
                handle,
                handle.createQuery(
                                SELECT
                                        + "WHERE "
                                        + GOOD_BACKUP
                                        + " AND run.agent_id = :agent"
                                        + " ORDER BY run.finished_at DESC LIMIT 100")
                        .bind("agent", agentId));
    }

    /// Agents that had a run on the storage, the latest first.
    List<String> usersOf(Handle handle, String storageId) {
        return handle.createQuery(
                        "SELECT agent_id FROM run WHERE storage_id = :storage"
                                + " GROUP BY agent_id ORDER BY max(created_at) DESC")
                .bind("storage", storageId)
                .mapTo(String.class)
                .list();
    }

    private static Optional<Run> one(Handle handle, Query query) {
        return withEvents(handle, query).stream().findFirst();
    }

    private static List<Run> withEvents(Handle handle, Query query) {
        List<Run> runs = query.map((row, context) -> map(row)).list();
        if (runs.isEmpty()) {
            return runs;
        }
        record Line(String run, Run.Event event) {}
        Map<String, List<Line>> events =
                handle
                        .createQuery(
                                "SELECT * FROM run_event WHERE run_id IN (<ids>)"
                                        + " ORDER BY run_id, ordinal")
                        .bindList("ids", runs.stream().map(Run::id).toList())
                        .map((row, context) -> new Line(row.getString("run_id"), event(row)))
                        .stream()
                        .collect(Collectors.groupingBy(Line::run));
        return runs.stream()
                .map(
                        run ->
                                new Run(
                                        run.request(),
                                        run.createdAt(),
                                        run.status(),
                                        run.progress(),
                                        events.getOrDefault(run.id(), List.of()).stream()
                                                .map(Line::event)
                                                .toList()))
                .toList();
    }

    private static Run.Event event(ResultSet row) throws SQLException {
        return new Run.Event(
                Columns.instant(row, "at"),
                RunState.valueOf(row.getString("state")),
                row.getString("text"));
    }

    private static Run map(ResultSet row) throws SQLException {
        var request =
                new RunRequest(
                        row.getString("id"),
                        row.getString("agent_id"),
                        row.getString("agent_name"),
                        row.getString("storage_id"),
                        row.getString("storage_name"),
                        RunKind.valueOf(row.getString("kind")),
                        Columns.lines(row.getString("paths")),
                        row.getBytes("task_order"));
        var status =
                new RunStatus(
                        RunState.valueOf(row.getString("state")),
                        row.getString("reason"),
                        row.getInt("cancel_requested") != 0,
                        Columns.optionalInstant(row, "leased_at"),
                        Columns.optionalInstant(row, "started_at"),
                        Columns.optionalInstant(row, "finished_at"),
                        row.getString("failure_code"),
                        row.getString("snapshot_id"),
                        Optional.ofNullable(row.getBytes("result")));
        Optional<Run.Progress> progress =
                Columns.optionalInstant(row, "progress_at")
                        .map(at -> new Run.Progress(at, document(row)));
        return new Run(request, Columns.instant(row, "created_at"), status, progress, List.of());
    }

    private static byte[] document(ResultSet row) {
        try {
            return Columns.bytes(row, "progress");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
