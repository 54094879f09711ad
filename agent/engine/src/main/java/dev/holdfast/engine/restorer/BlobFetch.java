package dev.holdfast.engine.restorer;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.concurrent.ByteBudget;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.repository.BlobDecoder;
import dev.holdfast.engine.repository.BlobLocation;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.RepositoryException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Reads many blobs with few requests: sorted by pack and place, neighbours in one request, each
/// decoded once for all who want it.
///
/// A blob that is damaged where it was looked for is tried at its other places; a storage that is
/// out of reach ends the whole fetch. Collecting is for one thread; [#run] works by several.
final class BlobFetch<T> {
    /// Bytes that all workers together may hold.
    static final long MEMORY_MAX = 96L << 20;

    /// A range and the largest plaintext in it fit six times into the budget.
    private static final int RANGE_MAX = 8 << 20;

    private static final int WORKERS_MAX = 6;

    /// Reading over a gap of this size costs less than another request.
    private static final int GAP_MAX = 256 << 10;

    private final IndexedRepository repository;
    private final BlobType type;
    private final Map<PackId, Integer> packOrder = new HashMap<>();
    private final List<Wanted<T>> wanted = new ArrayList<>();

    BlobFetch(IndexedRepository repository, BlobType type) {
        this.repository = repository;
        this.type = type;
    }

    /// Asks for a blob; packs are read in the order in which they are first asked for.
    ///
    /// @return whether the index has it
    boolean want(BlobId id, T use) {
        List<BlobLocation> locations = repository.locations(type, id);
        if (locations.isEmpty()) {
            return false;
        }
        BlobLocation location = locations.getFirst();
        int order = packOrder.computeIfAbsent(location.pack(), _ -> packOrder.size());
        wanted.add(new Wanted<>(order, location, use));
        return true;
    }

    /// Reads everything asked for and hands it over, by several threads at once.
    void run(Sink<T> sink) throws IOException, InterruptedException {
        wanted.sort(
                Comparator.comparingInt((Wanted<T> w) -> w.packOrder)
                        .thenComparingInt(w -> w.location.offset()));
        int processors = Parallel.processors();
        int workers =
                Math.min(WORKERS_MAX, repository.repository().backend().connections() + processors);
        ByteBudget budget = new ByteBudget(MEMORY_MAX);
        Semaphore turns = new Semaphore(processors);
        Parallel.forEach("restore", workers, ranges(), () -> new RangeWorker(sink, budget, turns));
    }

    private List<Range<T>> ranges() {
        List<Range<T>> ranges = new ArrayList<>();
        int from = 0;
        while (from < wanted.size()) {
            Wanted<T> first = wanted.get(from);
            int start = first.location.offset();
            long end = start;
            int plaintextMax = 0;
            int to = from;
            while (to < wanted.size()) {
                Wanted<T> next = wanted.get(to);
                long nextEnd = (long) next.location.offset() + next.location.length();
                boolean joins =
                        to == from
                                || (next.packOrder == first.packOrder
                                        && next.location.offset() - end <= GAP_MAX
                                        && Math.max(end, nextEnd) - start <= RANGE_MAX);
                if (!joins) {
                    break;
                }
                end = Math.max(end, nextEnd);
                plaintextMax = Math.max(plaintextMax, next.location.plaintextLength());
                to++;
            }
            ranges.add(
                    new Range<>(
                            start, Math.toIntExact(end - start), plaintextMax, from, to, wanted));
            from = to;
        }
        return ranges;
    }

    /// Whether the failure is one of this blob or pack alone.
    static boolean isDamage(IOException e) {
        return switch (e) {
            case RepositoryException repository ->
                    switch (repository.kind()) {
                        case CORRUPT, NOT_FOUND -> true;
                        case MISSING,
                                EXISTS,
                                WRONG_PASSWORD,
                                LOCKED,
                                UNSUPPORTED_VERSION,
                                AMBIGUOUS ->
                                false;
                    };
            case BackendException backend ->
                    switch (backend.kind()) {
                        case NOT_FOUND, RANGE, PERMISSION_DENIED, PATH_MISSING, OTHER -> true;
                        case NAME_NOT_RESOLVED,
                                CONNECTION_REFUSED,
                                CONNECTION_LOST,
                                TIMEOUT,
                                TOO_MANY_CONNECTIONS,
                                HOST_KEY_UNKNOWN,
                                HOST_KEY_CHANGED,
                                HOST_KEY_REVOKED,
                                AUTHENTICATION_REFUSED,
                                IDENTITY_ENCRYPTED,
                                IDENTITY_UNREADABLE,
                                SSH_AGENT_UNAVAILABLE,
                                ALGORITHM_MISMATCH,
                                SUBSYSTEM_REFUSED,
                                SSH_CONFIG_UNSUPPORTED,
                                READ_ONLY,
                                NO_SPACE,
                                QUOTA_EXCEEDED ->
                                false;
                    };
            default -> false;
        };
    }

    /// Who gets the blobs; called by several threads at once.
    interface Sink<T> {
        /// Takes a blob.
        ///
        /// @param bytes the plaintext is `bytes[0, length)`, and changes after the call
        void accept(List<Wanted<T>> uses, byte[] bytes, int length)
                throws IOException, InterruptedException;

        /// No place holds it undamaged.
        void missing(List<Wanted<T>> uses, IOException cause);
    }

    /// One use of a blob.
    record Wanted<T>(int packOrder, BlobLocation location, T use) {}

    /// Part of one pack: blobs `[from, to)` of the sorted list.
    private record Range<T>(
            int start, int length, int plaintextMax, int from, int to, List<Wanted<T>> all) {
        PackId pack() {
            return all.get(from).location.pack();
        }

        /// Index after the last use of the blob at `at`.
        int endOfBlob(int at) {
            int offset = all.get(at).location.offset();
            int end = at + 1;
            while (end < to && all.get(end).location.offset() == offset) {
                end++;
            }
            return end;
        }
    }

    /// Reads ranges one after the other, for one thread; reuses its buffers.
    private final class RangeWorker implements Parallel.Worker<Range<T>> {
        private final Sink<T> sink;
        private final ByteBudget budget;
        private final Semaphore turns;
        private final BlobDecoder decoder = repository.decoder();
        private byte[] sealed = {};
        private byte[] plaintext = {};

        RangeWorker(Sink<T> sink, ByteBudget budget, Semaphore turns) {
            this.sink = sink;
            this.budget = budget;
            this.turns = turns;
        }

        @Override
        public void work(Range<T> range) throws IOException, InterruptedException {
            long bytes = (long) range.length + range.plaintextMax;
            budget.acquire(bytes);
            try {
                boolean loaded = load(range);
                turns.acquire();
                try {
                    handOver(range, loaded);
                } finally {
                    turns.release();
                }
            } finally {
                budget.release(bytes);
            }
        }

        private boolean load(Range<T> range) throws IOException, InterruptedException {
            if (sealed.length < range.length) {
                sealed = new byte[range.length];
            }
            Handle pack = new Handle(FileType.PACK, range.pack().toString());
            try {
                repository.repository().backend().load(pack, range.start, sealed, 0, range.length);
                return true;
            } catch (BackendException e) {
                if (!isDamage(e)) {
                    throw e;
                }
                return false; // each blob is looked for by itself, here and elsewhere
            }
        }

        private void handOver(Range<T> range, boolean loaded)
                throws IOException, InterruptedException {
            if (plaintext.length < range.plaintextMax) {
                plaintext = new byte[range.plaintextMax];
            }
            for (int at = range.from; at < range.to; ) {
                Parallel.stopIfInterrupted();
                int end = range.endOfBlob(at);
                List<Wanted<T>> uses = range.all.subList(at, end);
                BlobLocation location = uses.getFirst().location;
                int length = loaded ? decode(location, location.offset() - range.start) : -1;
                if (length >= 0) {
                    sink.accept(uses, plaintext, length);
                } else {
                    tryOtherPlaces(uses);
                }
                at = end;
            }
        }

        private int decode(BlobLocation location, int offset) throws RepositoryException {
            try {
                return decoder.decode(location, sealed, offset, plaintext, 0);
            } catch (RepositoryException e) {
                if (!isDamage(e)) {
                    throw e;
                }
                return -1;
            }
        }

        private void tryOtherPlaces(List<Wanted<T>> uses) throws IOException, InterruptedException {
            byte[] found;
            try {
                found = repository.loadBlob(type, uses.getFirst().location.id());
            } catch (RepositoryException | BackendException e) {
                if (!isDamage(e)) {
                    throw e;
                }
                sink.missing(uses, e);
                return;
            }
            sink.accept(uses, found, found.length);
        }

        @Override
        public void close() {
            decoder.close();
        }
    }
}
