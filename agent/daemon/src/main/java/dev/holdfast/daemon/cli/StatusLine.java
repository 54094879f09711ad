package dev.holdfast.daemon.cli;

import java.io.PrintStream;
import java.time.Duration;

/// Paces progress: one message each interval. Thread-safe.
final class StatusLine {
    private final PrintStream err;
    private final boolean terminal;
    private final long interval;
    private final long start = System.nanoTime();
    private long next;
    private boolean open;

    StatusLine(PrintStream err, boolean terminal, Duration interval) {
        this.err = err;
        this.terminal = terminal;
        this.interval = interval.toNanos();
        this.next = start + this.interval;
    }

    /// Whether it is time for the next message.
    synchronized boolean due() {
        long now = System.nanoTime();
        if (now - next < 0) return false;
        next = now + interval;
        return true;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// Replaces the line of before; nothing where nobody watches.
    synchronized void show(String text) {
        if (!terminal) return;
        err.print("\r" + text + "\u001b[K");
        err.flush();
        open = true;
    }

    /// Takes the line away, so that other text may follow.
    synchronized void clear() {
        if (!open) return;
        err.print("\r\u001b[K");
        err.flush();
        open = false;
    }
}
