/// What a person or a script reads.
///
/// Results go to standard output, progress and failures to standard error. Text that came from a
/// host, a server or a file name is never written as it is: `PlainText` shows control characters as
/// escapes, so that no name can move the cursor or fake a line. Tables are for people and may
/// change; JSON is for scripts, follows the protobuf mapping and only grows.
@NullMarked
package dev.holdfast.cli.output;

import org.jspecify.annotations.NullMarked;
