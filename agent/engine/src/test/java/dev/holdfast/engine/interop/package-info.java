/// The engine beside stock restic: each reads, checks, restores and extends what the other wrote.
///
/// `restic` on the path takes part, and every `restic-*` in the folder that the system property or
/// environment variable `HOLDFAST_RESTIC_DIR` names.
@NullMarked
package dev.holdfast.engine.interop;

import org.jspecify.annotations.NullMarked;
