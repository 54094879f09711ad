/// The whole engine at once: backups and restores of real directories, on storages that work and on
/// storages that fail in the middle.
@NullMarked
package dev.holdfast.engine.faults;

import org.jspecify.annotations.NullMarked;
