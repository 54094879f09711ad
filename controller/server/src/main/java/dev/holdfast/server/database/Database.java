package dev.holdfast.server.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.SQLException;

/// Pool, transactions and schema of the controller's database. Thread-safe.
///
/// SQLite runs with one connection, write-ahead log and a full sync at each commit: what was
/// committed survives the loss of power. [#read] and [#write] must not be nested.
public final class Database implements AutoCloseable {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String MIGRATIONS = "classpath:dev/holdfast/server/database/migration";

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
    }

    public static String sqliteUrl(Path file) {
        return SQLITE + file.toAbsolutePath();
    }

    /// Opens the database and brings its schema up to this program's version.
    public static Database open(String url) {
        var config = new HikariConfig();
        config.setPoolName("database");
        config.setJdbcUrl(url);
        if (url.startsWith(SQLITE)) {
            config.setMaximumPoolSize(1);
            config.addDataSourceProperty("journal_mode", "WAL");
            config.addDataSourceProperty("synchronous", "FULL");
            config.addDataSourceProperty("busy_timeout", "10000");
            config.addDataSourceProperty("foreign_keys", "true");
            config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        } else {
            config.setMaximumPoolSize(8);
        }
        var pool = new HikariDataSource(config);
        try {
            Flyway.configure(Database.class.getClassLoader())
                    .dataSource(pool)
                    .locations(MIGRATIONS)
                    .failOnMissingLocations(true)
                    .load()
                    .migrate();
            return new Database(pool);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /// Statements that change nothing.
    public <T extends @Nullable Object, X extends Exception> T read(HandleCallback<T, X> work)
            throws X {
        return jdbi.withHandle(work);
    }

    /// One transaction: all of it or, when the work throws, nothing.
    public <T extends @Nullable Object, X extends Exception> T write(HandleCallback<T, X> work)
            throws X {
        return jdbi.inTransaction(work);
    }

    /// Whether the failure is a second row with a key that must be unique.
    public static boolean isUniqueViolation(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String message = String.valueOf(sql.getMessage());
                return "23505".equals(sql.getSQLState())
                        || message.contains("SQLITE_CONSTRAINT_UNIQUE")
                        || message.contains("SQLITE_CONSTRAINT_PRIMARYKEY");
            }
        }
        return false;
    }

    @Override
    public void close() {
        pool.close();
    }
}
