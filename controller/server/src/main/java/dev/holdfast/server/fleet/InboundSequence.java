package dev.holdfast.server.fleet;

import java.util.TreeSet;

/// Which numbered frames of one stream were stored. Not thread-safe.
///
/// [#contiguous] is what may be acknowledged: of the frames of this stream all up to it are stored.
/// A frame beyond a gap is stored but not acknowledged before the gap is filled. Numbers of earlier
/// streams do not count: an agent sends again, in order, what it still keeps, and reports are
/// idempotent by task. So neither a database restored from a backup nor a lost journal makes a new
/// report look like an old one.
public final class InboundSequence {
    private static final int MOST_AHEAD = 10_000;

    private boolean begun;
    private long base;
    private long contiguous;
    private final TreeSet<Long> ahead = new TreeSet<>();

    public boolean isDuplicate(long seq) {
        return begun && seq > base && (seq <= contiguous || ahead.contains(seq));
    }

    /// Notes a frame and returns the number that may be acknowledged once it is committed.
    public long add(long seq) {
        if (!begun) {
            base = seq - 1;
            contiguous = base;
            begun = true;
        }
        if (seq > contiguous) {
            if (ahead.size() >= MOST_AHEAD) {
                throw new IllegalStateException("too many frames beyond a gap");
            }
            ahead.add(seq);
        }
        while (!ahead.isEmpty() && ahead.first() == contiguous + 1) {
            contiguous++;
            ahead.removeFirst();
        }
        return contiguous;
    }

    public long contiguous() {
        return contiguous;
    }
}
