/// Orders carried out: gate, queue, one executor for each kind, and the queries that only read.
///
/// [dev.holdfast.daemon.task.TaskRunner] takes an order from the session: known ids are answered by
/// the journal, what the local policy does not allow is refused, the rest is on the disk before it
/// starts. At this boundary, and here alone, any exception becomes a result. Progress leaves at
/// most once a second. [dev.holdfast.daemon.task.QueryRunner] answers listings and connection
/// tests. Knows nothing of streams and channels: frames go to a
/// [dev.holdfast.daemon.task.FrameSink]. Start at [dev.holdfast.daemon.task.TaskRunner].
@NullMarked
package dev.holdfast.daemon.task;

import org.jspecify.annotations.NullMarked;
