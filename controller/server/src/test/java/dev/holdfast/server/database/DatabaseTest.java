package dev.holdfast.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What the default database promises, and how odd values are kept in columns.
class DatabaseTest {
    @TempDir Path dir;

    private static String pragma(Handle handle, String name) {
        return handle.createQuery("PRAGMA " + name).mapTo(String.class).one();
    }

    @Test
    void whatIsCommittedIsOnTheDisk() {
        try (Database database = Database.open(Database.sqliteUrl(dir.resolve("test.db")))) {
            assertThat(database.<String, RuntimeException>read(h -> pragma(h, "journal_mode")))
                    .isEqualTo("wal");
            assertThat(database.<String, RuntimeException>read(h -> pragma(h, "synchronous")))
                    .isEqualTo("2");
            assertThat(database.<String, RuntimeException>read(h -> pragma(h, "foreign_keys")))
                    .isEqualTo("1");
            assertThat(database.<String, RuntimeException>read(h -> pragma(h, "busy_timeout")))
                    .isEqualTo("10000");
        }
    }

    @Test
    void aTransactionIsWholeOrNothing() {
        String url = Database.sqliteUrl(dir.resolve("test.db"));
        String insert =
                "INSERT INTO operator_token (id, name, secret_hash, created_at)"
                        + " VALUES ('a', 'b', x'00', 1)";
        try (Database database = Database.open(url)) {
            assertThatThrownBy(
                            () ->
                                    database.<Integer, RuntimeException>write(
                                            handle -> {
                                                handle.execute(insert);
                                                throw new IllegalStateException("stop");
                                            }))
                    .hasMessage("stop");
            assertThat(database.<Integer, RuntimeException>write(h -> h.execute(insert)))
                    .isEqualTo(1);
            assertThatThrownBy(
                            () -> database.<Integer, RuntimeException>write(h -> h.execute(insert)))
                    .matches(Database::isUniqueViolation);
        }
        // the schema is made once and found again
        try (Database database = Database.open(url)) {
            assertThat(Installation.openOrCreate(database, "one", java.time.Instant.EPOCH).id())
                    .isEqualTo("one");
            assertThat(Installation.openOrCreate(database, "two", java.time.Instant.EPOCH).id())
                    .isEqualTo("one");
        }
    }

    @Test
    void listsAndLabelsComeBackAsTheyWere() {
        for (List<String> items :
                List.of(
                        List.<String>of(),
                        List.of(""),
                        List.of("a", "", "b"),
                        List.of("a\nb", "c\\", "\\n", "d=e"))) {
            assertThat(Columns.lines(Columns.lines(items))).isEqualTo(items);
        }
        var labels = Map.of("site", "paris", "note", "a=b\nc");
        assertThat(Columns.labels(Columns.labels(labels))).isEqualTo(labels);
    }
}
