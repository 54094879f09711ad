/// Tests of the package.
@NullMarked
package dev.holdfast.engine.filesystem;

import org.jspecify.annotations.NullMarked;
