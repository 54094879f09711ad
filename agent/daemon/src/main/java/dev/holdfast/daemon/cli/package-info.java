/// The command `holdfast-agent`: enroll, run, status, and `repo …`, which needs no controller.
///
/// Each command is a class that reads its options and hands over to the package that does the work;
/// exceptions end in [dev.holdfast.daemon.cli.ErrorOutput], which prints message, detail and hint
/// and chooses the exit code. The verbs of `repo` and their JSON are restic's where they mean the
/// same, so that runbooks carry over; they load no gRPC class and start fast. Start at
/// [dev.holdfast.daemon.cli.AgentCommand].
@NullMarked
package dev.holdfast.daemon.cli;

import org.jspecify.annotations.NullMarked;
