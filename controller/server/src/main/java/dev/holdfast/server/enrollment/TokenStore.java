package dev.holdfast.server.enrollment;

import dev.holdfast.server.database.Columns;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// SQL of enrollment tokens. Stateless; takes part in the caller's transaction.
public final class TokenStore {
    public void insert(Handle handle, EnrollmentToken token) {
        handle.createUpdate(
                        "INSERT INTO enrollment_token (id, auth_hash, created_at, expires_at, uses,"
                            + " used, labels, host_name) VALUES (:id, :hash, :created, :expires,"
                            + " :uses, 0, :labels, :host)")
                .bind("id", token.id())
                .bind("hash", token.authHash())
                .bind("created", token.createdAt().toEpochMilli())
                .bind("expires", token.expiresAt().toEpochMilli())
                .bind("uses", token.uses())
                .bind("labels", Columns.labels(token.labels()))
                .bind("host", token.hostName())
                .execute();
    }

    public Optional<EnrollmentToken> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM enrollment_token WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    public List<EnrollmentToken> list(Handle handle) {
        return handle.createQuery("SELECT * FROM enrollment_token ORDER BY created_at, id")
                .map((row, context) -> map(row))
                .list();
    }

    /// Takes one use, if there is one. The condition is part of the update: of hosts that race for
    /// the last use exactly one gets true.
    public boolean use(Handle handle, String id, Instant now) {
        return handle.createUpdate(
                                "UPDATE enrollment_token SET used = used + 1 WHERE id = :id"
                                        + " AND used < uses AND revoked_at IS NULL"
                                        + " AND expires_at > :now")
                        .bind("id", id)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    public boolean revoke(Handle handle, String id, Instant now) {
        return handle.createUpdate(
                                "UPDATE enrollment_token"
                                        + " SET revoked_at = coalesce(revoked_at, :now)"
                                        + " WHERE id = :id")
                        .bind("id", id)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    private static EnrollmentToken map(ResultSet row) throws SQLException {
        return new EnrollmentToken(
                row.getString("id"),
                row.getBytes("auth_hash"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "expires_at"),
                row.getLong("uses"),
                row.getLong("used"),
                Columns.labels(row.getString("labels")),
                row.getString("host_name"),
                Columns.optionalInstant(row, "revoked_at"));
    }
}
