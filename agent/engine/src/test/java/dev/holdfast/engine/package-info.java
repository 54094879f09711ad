/// What tests of several packages share, also those of other modules.
@NullMarked
package dev.holdfast.engine;

import org.jspecify.annotations.NullMarked;
