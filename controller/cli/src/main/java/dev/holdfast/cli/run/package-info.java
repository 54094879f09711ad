/// One run as a person sees it: followed live, summed up at its end, turned into an exit code.
///
/// Following is reading: to stop following (Ctrl-C, a timeout) never stops the run, and the command
/// says so.
@NullMarked
package dev.holdfast.cli.run;

import org.jspecify.annotations.NullMarked;
