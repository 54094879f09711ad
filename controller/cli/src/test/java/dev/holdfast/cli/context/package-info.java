/// Which controller is chosen, and by whom.
@NullMarked
package dev.holdfast.cli.context;

import org.jspecify.annotations.NullMarked;
