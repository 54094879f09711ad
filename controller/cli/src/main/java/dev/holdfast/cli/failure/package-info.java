/// Failures of a command: what it says and which exit code it ends with.
///
/// `Exit` is the one table from failure code to exit code; runs that failed on an agent use it too,
/// so `--wait` ends as the same work would have ended on the host. `FailureText` prints message,
/// hint and detail, the three parts that every failure of the project has.
@NullMarked
package dev.holdfast.cli.failure;

import org.jspecify.annotations.NullMarked;
