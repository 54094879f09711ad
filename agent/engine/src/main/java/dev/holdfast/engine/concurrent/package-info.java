/// Structured concurrency and bounded memory: the only way engine code starts a thread.
///
/// A [dev.holdfast.engine.concurrent.TaskGroup] is a block of code that runs tasks: the first
/// failure interrupts the others, and no task outlives the block. Work in I/O goes to virtual
/// threads, work of the processor to a bounded pool. A [dev.holdfast.engine.concurrent.ByteBudget]
/// bounds what all of them together hold in memory. Cancellation is thread interruption. This
/// package knows nothing of repositories.
@NullMarked
package dev.holdfast.engine.concurrent;

import org.jspecify.annotations.NullMarked;
