/// Looks after repositories: so far, checks them.
///
/// A [dev.holdfast.engine.maintenance.Check] finds out whether everything that snapshots lead to is
/// there, and with all data read, whether every stored byte is what it was when it was written. It
/// changes nothing. Several files are on their way at once, as many as the backend likes, and what
/// was read waits for the processor only as far as a byte budget allows. This package knows no
/// locks: the caller holds one.
@NullMarked
package dev.holdfast.engine.maintenance;

import org.jspecify.annotations.NullMarked;
