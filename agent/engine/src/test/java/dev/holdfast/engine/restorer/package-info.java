/// Restores made-up snapshots, hostile and damaged ones among them, and whole round trips.
@NullMarked
package dev.holdfast.engine.restorer;

import org.jspecify.annotations.NullMarked;
