/// The one door to SQLite or PostgreSQL: pool, transactions, migrations.
///
/// The schema is portable SQL and the same migrations run on both engines. Stores of the features
/// take a Jdbi handle, so that several of them can take part in one transaction; only services open
/// one. On SQLite the pool has a single connection: a service must never open a second transaction
/// inside one. Points in time are stored as milliseconds since 1970 (UTC), lists of strings as
/// escaped lines.
@NullMarked
package dev.holdfast.server.database;

import org.jspecify.annotations.NullMarked;
