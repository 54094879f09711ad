package dev.holdfast.server.database;

import java.time.Instant;

/// Which installation this database belongs to, made once and kept.
///
/// The epoch rises when the database was restored from a backup; agents refuse lower ones.
public record Installation(String id, long epoch) {
    public static Installation openOrCreate(Database database, String newId, Instant now) {
        return database.write(
                handle -> {
                    handle.createUpdate(
                                    "INSERT INTO installation (singleton, id, epoch, created_at)"
                                            + " VALUES (1, :id, 1, :now) ON CONFLICT DO NOTHING")
                            .bind("id", newId)
                            .bind("now", now.toEpochMilli())
                            .execute();
                    return handle.createQuery("SELECT id, epoch FROM installation")
                            .map(
                                    (row, context) ->
                                            new Installation(
                                                    row.getString("id"), row.getLong("epoch")))
                            .one();
                });
    }
}
