/// Why something did not work, in the one shape that people and programs see.
///
/// A [dev.holdfast.daemon.failure.FailureReport] is the `Failure` of the wire: code, message, hint,
/// detail. [dev.holdfast.daemon.failure.Failures] is the one place that turns what the engine and
/// the SSH layer throw into a code; [dev.holdfast.daemon.failure.ExitCode] the one that turns a
/// code into the exit code of the command. Both switches are exhaustive, so a new kind does not
/// compile until it is placed. Code of this module throws
/// [dev.holdfast.daemon.failure.FailureException] where it knows the failure itself. Knows nothing
/// of tasks, sessions or files of the agent.
@NullMarked
package dev.holdfast.daemon.failure;

import org.jspecify.annotations.NullMarked;
