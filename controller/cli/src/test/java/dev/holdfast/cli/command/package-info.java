/// The grammar against a controller that is written by hand and lives in this process.
@NullMarked
package dev.holdfast.cli.command;

import org.jspecify.annotations.NullMarked;
