package dev.holdfast.server.fleet;

import dev.holdfast.server.database.Columns;
import dev.holdfast.server.id.IdSource;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// SQL of agents. Stateless; takes part in the caller's transaction.
public final class AgentStore {
    void insert(Handle handle, Agent agent) {
        handle.createUpdate(
                        "INSERT INTO agent (id, name, host_name, os, arch, agent_version,"
                                + " time_zone, labels, sealing_key, binding, token_id,"
                                + " identity_key_hash, certificate_expires_at, enrolled_at,"
                                + " received_seq, sent_seq) VALUES (:id, :name, :host, :os, :arch,"
                                + " :version, :zone, :labels, :sealing, :binding, :token, :key,"
                                + " :expires, :enrolled, 0, 0)")
                .bind("id", agent.id())
                .bind("name", agent.name())
                .bind("host", agent.facts().hostName())
                .bind("os", agent.facts().os())
                .bind("arch", agent.facts().arch())
                .bind("version", agent.facts().agentVersion())
                .bind("zone", agent.facts().timeZone())
                .bind("labels", Columns.labels(agent.labels()))
                .bind("sealing", agent.sealingKey())
                .bind("binding", agent.binding())
                .bind("token", agent.tokenId())
                .bind("key", agent.identityKeyHash())
                .bind("expires", agent.certificateExpiresAt().toEpochMilli())
                .bind("enrolled", agent.enrolledAt().toEpochMilli())
                .execute();
    }

    boolean hasName(Handle handle, String name) {
        return handle.createQuery("SELECT count(*) FROM agent WHERE name = :name")
                        .bind("name", name)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    public Optional<Agent> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM agent WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    Optional<Agent> findByName(Handle handle, String name) {
        return handle.createQuery("SELECT * FROM agent WHERE name = :name")
                .bind("name", name)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// At most two: enough to know whether the prefix is unique.
    List<Agent> findByPrefix(Handle handle, String prefix) {
        if (!IdSource.isPrefix(prefix)) {
            return List.of();
        }
        return handle.createQuery("SELECT * FROM agent WHERE id LIKE :prefix ORDER BY id LIMIT 2")
                .bind("prefix", prefix + "%")
                .map((row, context) -> map(row))
                .list();
    }

    List<Agent> list(Handle handle) {
        return handle.createQuery("SELECT * FROM agent ORDER BY name")
                .map((row, context) -> map(row))
                .list();
    }

    void renewed(Handle handle, String id, Instant expires) {
        handle.createUpdate("UPDATE agent SET certificate_expires_at = :expires WHERE id = :id")
                .bind("id", id)
                .bind("expires", expires.toEpochMilli())
                .execute();
    }

    boolean revoke(Handle handle, String id, Instant now) {
        return handle.createUpdate(
                                "UPDATE agent SET revoked_at = :now"
                                        + " WHERE id = :id AND revoked_at IS NULL")
                        .bind("id", id)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    void greeted(Handle handle, String id, HostFacts facts, byte[] policy, Instant now) {
        handle.createUpdate(
                        "UPDATE agent SET os = :os, arch = :arch, agent_version = :version,"
                                + " time_zone = :zone, policy = :policy, last_seen_at = :now"
                                + " WHERE id = :id")
                .bind("id", id)
                .bind("os", facts.os())
                .bind("arch", facts.arch())
                .bind("version", facts.agentVersion())
                .bind("zone", facts.timeZone())
                .bind("policy", policy)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    void seen(Handle handle, Map<String, Instant> seen) {
        var batch =
                handle.prepareBatch(
                        "UPDATE agent SET last_seen_at = :at WHERE id = :id"
                                + " AND (last_seen_at IS NULL OR last_seen_at < :at)");
        seen.forEach((id, at) -> batch.bind("id", id).bind("at", at.toEpochMilli()).add());
        batch.execute();
    }

    /// The highest frame of the agent that is stored; never goes back.
    public void received(Handle handle, String id, long seq) {
        handle.createUpdate(
                        "UPDATE agent SET received_seq = :seq"
                                + " WHERE id = :id AND received_seq < :seq")
                .bind("id", id)
                .bind("seq", seq)
                .execute();
    }

    /// Number of the next frame to the agent; rises over reconnects and restarts.
    public long nextSentSeq(Handle handle, String id) {
        handle.createUpdate("UPDATE agent SET sent_seq = sent_seq + 1 WHERE id = :id")
                .bind("id", id)
                .execute();
        return handle.createQuery("SELECT sent_seq FROM agent WHERE id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }

    private static Agent map(ResultSet row) throws SQLException {
        return new Agent(
                row.getString("id"),
                row.getString("name"),
                new HostFacts(
                        row.getString("host_name"),
                        row.getString("os"),
                        row.getString("arch"),
                        row.getString("agent_version"),
                        row.getString("time_zone")),
                Columns.labels(row.getString("labels")),
                row.getBytes("sealing_key"),
                row.getBytes("binding"),
                row.getString("token_id"),
                row.getBytes("identity_key_hash"),
                Columns.instant(row, "certificate_expires_at"),
                Columns.instant(row, "enrolled_at"),
                Columns.optionalInstant(row, "last_seen_at"),
                Columns.optionalInstant(row, "revoked_at"),
                Columns.bytes(row, "policy"));
    }
}
