package dev.holdfast.server.storage;

import dev.holdfast.server.database.Columns;
import dev.holdfast.server.id.IdSource;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// SQL of storages. Stateless; takes part in the caller's transaction.
final class StorageStore {
    void insert(Handle handle, StorageDefinition storage) {
        handle.createUpdate(
                        "INSERT INTO storage (id, name, location, password_file, sealed_password,"
                            + " sealed_for, ssh_config_file, ssh_options, host_keys, description,"
                            + " created_at) VALUES (:id, :name, :location, :file, :sealed, :for,"
                            + " :config, :options, :keys, :description, :created)")
                .bind("id", storage.id())
                .bind("name", storage.name())
                .bind("location", storage.location())
                .bind("file", storage.passwordFile())
                .bind("sealed", storage.sealedPassword())
                .bind("for", storage.sealedFor())
                .bind("config", storage.sshConfigFile())
                .bind("options", Columns.lines(storage.sshOptions()))
                .bind("keys", Columns.lines(storage.hostKeys()))
                .bind("description", storage.description())
                .bind("created", storage.createdAt().toEpochMilli())
                .execute();
    }

    Optional<StorageDefinition> findByName(Handle handle, String name) {
        return handle.createQuery("SELECT * FROM storage WHERE name = :name")
                .bind("name", name)
                .map((row, context) -> map(row))
                .findOne();
    }

    List<StorageDefinition> findByPrefix(Handle handle, String prefix) {
        if (!IdSource.isPrefix(prefix)) {
            return List.of();
        }
        return handle.createQuery("SELECT * FROM storage WHERE id LIKE :prefix ORDER BY id LIMIT 2")
                .bind("prefix", prefix + "%")
                .map((row, context) -> map(row))
                .list();
    }

    List<StorageDefinition> list(Handle handle) {
        return handle.createQuery("SELECT * FROM storage ORDER BY name")
                .map((row, context) -> map(row))
                .list();
    }

    void delete(Handle handle, String id) {
        handle.createUpdate("DELETE FROM storage WHERE id = :id").bind("id", id).execute();
    }

    private static StorageDefinition map(ResultSet row) throws SQLException {
        return new StorageDefinition(
                row.getString("id"),
                row.getString("name"),
                row.getString("location"),
                row.getString("password_file"),
                Columns.bytes(row, "sealed_password"),
                row.getString("sealed_for"),
                row.getString("ssh_config_file"),
                Columns.lines(row.getString("ssh_options")),
                Columns.lines(row.getString("host_keys")),
                row.getString("description"),
                Columns.instant(row, "created_at"));
    }
}
