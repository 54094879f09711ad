package dev.holdfast.server;

/// Runs on SQLite, the default.
class SqliteRunTest extends RunContract {
    @Override
    String databaseUrl() {
        return "";
    }
}
