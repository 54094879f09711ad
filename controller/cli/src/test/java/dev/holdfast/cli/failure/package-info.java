/// Exit codes and failures as they are printed.
@NullMarked
package dev.holdfast.cli.failure;

import org.jspecify.annotations.NullMarked;
