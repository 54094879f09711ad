package dev.holdfast.engine.restorer;

import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.FileMetadata;
import dev.holdfast.engine.filesystem.FileTarget;
import dev.holdfast.engine.filesystem.TargetEntry;
import dev.holdfast.engine.filesystem.TargetPath;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.restorer.RestorePlan.PlannedDirectory;
import dev.holdfast.engine.restorer.RestorePlan.PlannedEntry;
import dev.holdfast.engine.restorer.RestorePlan.PlannedFile;
import dev.holdfast.engine.restorer.RestorePlan.PlannedLink;
import dev.holdfast.engine.snapshot.NodeType;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// One carrying out of a plan, phase by phase. For one use, by one thread that starts others.
final class Execution {
    private final IndexedRepository repository;
    private final FileTarget target;
    private final RestoreOptions options;
    private final RestorePlan plan;
    private final Meter meter;
    private final Failures failures;

    /// Indexes of directories that could not be made, and of those that were there before.
    private final BitSet missing = new BitSet();

    private final BitSet found = new BitSet();

    /// Files with hard links that are there, whether written or found equal.
    private final Set<PlannedFile> linkable =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    /// Files with hard links that were there and are left as they are, and what is written under
    /// another of their names.
    private final Set<PlannedFile> keptFiles =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    private final IdentityHashMap<PlannedFile, PlannedFile> insteadOf = new IdentityHashMap<>();

    private final List<WritingFile> writing = Collections.synchronizedList(new ArrayList<>());
    private final List<PlannedFile> verifiable = Collections.synchronizedList(new ArrayList<>());
    private final LongAdder files = new LongAdder();
    private final LongAdder unchanged = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder verified = new LongAdder();
    private long directories;
    private long symlinks;
    private long specials;

    Execution(
            IndexedRepository repository,
            FileTarget target,
            RestoreOptions options,
            RestorePlan plan,
            RestoreListener listener) {
        this.repository = repository;
        this.target = target;
        this.options = options;
        this.plan = plan;
        meter = new Meter(listener);
        failures = new Failures(listener);
        failures.addAll(plan.failures(), plan.failureCount());
    }

    RestoreResult run() throws IOException, InterruptedException {
        if (options.overwrite() == Overwrite.REFUSE && !target.isEmpty()) {
            throw new FileAccessException(
                    FileAccessException.Kind.IN_THE_WAY,
                    "the directory to restore into is not empty: " + target.location(),
                    "restore into an empty directory or allow to overwrite",
                    null);
        }
        meter.begin(RestorePhase.DIRECTORIES, plan.fileCount(), plan.bytes(), true);
        try {
            makeDirectories();
            removeLeftovers();
            writeFiles();
            meter.begin(RestorePhase.LINKS, plan.fileCount(), plan.bytes(), false);
            makeHardLinks();
            makeEntries();
            meter.begin(RestorePhase.METADATA, plan.fileCount(), plan.bytes(), false);
            setDirectoryMetadata();
            meter.end();
        } catch (FileAccessException e) {
            throw withBytesLeft(e);
        }
        if (options.verify()) {
            verify();
        }
        return new RestoreResult(
                files.sum(),
                unchanged.sum(),
                bytes.sum(),
                directories,
                symlinks,
                specials,
                skipped.sum(),
                verified.sum(),
                failures.listed(),
                failures.count());
    }

    private FileAccessException withBytesLeft(FileAccessException e) {
        if (e.kind() != FileAccessException.Kind.NO_SPACE) {
            return e;
        }
        return new FileAccessException(
                e.kind(),
                "%s; %,d bytes of content are still to be written to %s"
                        .formatted(e.getMessage(), meter.bytesLeft(), target.location()),
                e.hint(),
                e);
    }

    private void makeDirectories() throws FileAccessException, InterruptedException {
        for (PlannedDirectory directory : plan.directories()) {
            Parallel.stopIfInterrupted();
            if (directory.parent() >= 0 && missing.get(directory.parent())) {
                giveUpDirectory(directory, "the directory above it could not be made");
                continue;
            }
            try {
                if (!makeDirectory(directory.path())) {
                    found.set(directory.index());
                }
                directories++;
            } catch (FileAccessException e) {
                stopIfHopeless(e);
                giveUpDirectory(directory, e.getMessage());
            }
        }
    }

    private void removeLeftovers() throws FileAccessException {
        List<TargetPath> swept = new ArrayList<>();
        swept.add(TargetPath.root());
        found.stream().forEach(index -> swept.add(plan.directories().get(index).path()));
        target.removeLeftovers(swept);
    }

    private void giveUpDirectory(PlannedDirectory directory, @Nullable String cause) {
        missing.set(directory.index());
        failures.add(directory.path(), cause);
    }

    /// Whether it is new. Anything else of this name makes way, unless nothing may be replaced.
    private boolean makeDirectory(TargetPath path) throws FileAccessException {
        try {
            return target.makeDirectory(path);
        } catch (FileAccessException e) {
            if (e.kind() != FileAccessException.Kind.IN_THE_WAY
                    || options.overwrite() != Overwrite.ALWAYS) {
                throw e;
            }
            target.remove(path);
            return target.makeDirectory(path);
        }
    }

    private void writeFiles() throws IOException, InterruptedException {
        meter.begin(RestorePhase.COMPARE, plan.fileCount(), plan.bytes(), false);
        try {
            Parallel.forEach("compare", Parallel.processors(), plan.files(), Preparation::new);
            meter.begin(RestorePhase.CONTENT, plan.fileCount(), plan.bytes(), false);
            Parallel.forEach("compare", 1, firstNames(), Preparation::new);
            BlobFetch<Chunk> fetch = new BlobFetch<>(repository, BlobType.DATA);
            for (WritingFile file : writing) {
                want(fetch, file);
            }
            fetch.run(new ContentSink());
        } finally {
            writing.forEach(WritingFile::close);
        }
    }

    /// Where a file with hard links was left as it was, one of its other names that are missing
    /// gets the content.
    private List<PlannedFile> firstNames() throws FileAccessException {
        List<PlannedFile> list = new ArrayList<>();
        if (options.overwrite() != Overwrite.NEVER) {
            return list;
        }
        for (PlannedLink link : plan.hardLinks()) {
            boolean free =
                    !isMissing(link.directory())
                            && (!wasThere(link.directory()) || target.find(link.path()).isEmpty());
            if (free && keptFiles.contains(link.file()) && !insteadOf.containsKey(link.file())) {
                PlannedFile file = link.file().at(link.directory(), link.path());
                insteadOf.put(link.file(), file);
                list.add(file);
            }
        }
        return list;
    }

    private void want(BlobFetch<Chunk> fetch, WritingFile file) {
        long position = 0;
        for (BlobId id : file.plan().content()) {
            fetch.want(id, new Chunk(file, position)); // the planner has seen it in the index
            position += repository.plaintextLength(BlobType.DATA, id);
        }
    }

    private void complete(PlannedFile file) {
        files.increment();
        if (file.linked()) {
            linkable.add(file);
        }
    }

    private void giveUp(WritingFile file, @Nullable String cause) {
        if (file.fail()) {
            failures.add(file.plan().path(), cause);
        }
    }

    private void makeHardLinks() throws IOException, InterruptedException {
        for (PlannedLink link : plan.hardLinks()) {
            Parallel.stopIfInterrupted();
            PlannedFile file = insteadOf.getOrDefault(link.file(), link.file());
            if (file.path() == link.path() || !mayPlace(link.directory(), link.path())) {
                continue;
            }
            if (!linkable.contains(file)) {
                failures.add(
                        link.path(),
                        "the file it is a hard link to was not restored: " + file.path());
                continue;
            }
            try {
                target.makeHardLink(file.path(), link.path());
                files.increment();
                meter.add(1, 0, link.path());
            } catch (FileAccessException e) {
                stopIfHopeless(e);
                failures.add(link.path(), e.getMessage());
            }
        }
    }

    /// Special files, then symbolic links: as long as anything else is written there are none.
    private void makeEntries() throws FileAccessException, InterruptedException {
        for (PlannedEntry entry : plan.entries()) {
            if (entry.type() != NodeType.SYMLINK) {
                makeEntry(entry);
            }
        }
        for (PlannedEntry entry : plan.entries()) {
            if (entry.type() == NodeType.SYMLINK) {
                makeEntry(entry);
            }
        }
    }

    private void makeEntry(PlannedEntry entry) throws FileAccessException, InterruptedException {
        Parallel.stopIfInterrupted();
        if (!mayPlace(entry.directory(), entry.path())) {
            return;
        }
        try {
            if (entry.type() == NodeType.SYMLINK) {
                target.makeSymlink(entry.path(), entry.node().linkTarget());
                symlinks++;
            } else {
                target.makeSpecial(entry.path(), entry.type(), entry.node().device());
                specials++;
            }
        } catch (FileAccessException e) {
            stopIfHopeless(e);
            failures.add(entry.path(), e.getMessage());
            return;
        }
        apply(entry.path(), entry.type(), entry.metadata());
    }

    private void setDirectoryMetadata() throws FileAccessException, InterruptedException {
        for (PlannedDirectory directory : plan.directories().reversed()) {
            Parallel.stopIfInterrupted();
            FileMetadata metadata = directory.metadata();
            boolean untouchable =
                    missing.get(directory.index())
                            || (found.get(directory.index())
                                    && options.overwrite() == Overwrite.NEVER);
            if (metadata != null && !untouchable) {
                apply(directory.path(), NodeType.DIRECTORY, metadata);
            }
        }
    }

    private void apply(TargetPath path, NodeType type, FileMetadata metadata)
            throws FileAccessException {
        try {
            target.apply(path, type, metadata).forEach(problem -> failures.add(path, problem));
        } catch (FileAccessException e) {
            stopIfHopeless(e);
            failures.add(path, e.getMessage());
        }
    }

    private void verify() throws IOException, InterruptedException {
        List<PlannedFile> list = List.copyOf(verifiable);
        meter.begin(
                RestorePhase.VERIFY,
                list.size(),
                list.stream().mapToLong(PlannedFile::size).sum(),
                true);
        target.sync();
        Parallel.forEach("verify", Parallel.processors(), list, Verification::new);
        meter.end();
    }

    /// Whether something new can be placed there; where not, it has been noted why.
    private boolean mayPlace(PlannedDirectory directory, TargetPath path)
            throws FileAccessException {
        if (isMissing(directory)) {
            failures.add(path, "its directory could not be made");
            return false;
        }
        if (!wasThere(directory)) {
            return true;
        }
        try {
            Optional<TargetEntry> entry = target.find(path);
            if (entry.isPresent() && options.overwrite() == Overwrite.NEVER) {
                skipped.increment();
                return false;
            }
            if (entry.isPresent() && entry.get().type() == NodeType.DIRECTORY) {
                target.remove(path);
            }
            return true;
        } catch (FileAccessException e) {
            stopIfHopeless(e);
            failures.add(path, e.getMessage());
            return false;
        }
    }

    private boolean isMissing(PlannedDirectory directory) {
        return directory.index() >= 0 && missing.get(directory.index());
    }

    /// Whether the directory may hold entries that are not ours.
    private boolean wasThere(PlannedDirectory directory) {
        return directory.index() < 0 || found.get(directory.index());
    }

    /// Ends everything where whatever follows would fail as well.
    private static void stopIfHopeless(FileAccessException e) throws FileAccessException {
        switch (e.kind()) {
            case NO_SPACE, READ_ONLY -> throw e;
            case IN_THE_WAY,
                    NOT_FOUND,
                    KIND_CHANGED,
                    PERMISSION_DENIED,
                    TOO_MANY_OPEN,
                    UNSUPPORTED,
                    IO,
                    OTHER -> {}
        }
    }

    /// One place of a blob in a file.
    private record Chunk(WritingFile file, long position) {}

    private final class ContentSink implements BlobFetch.Sink<Chunk> {
        @Override
        public void accept(List<BlobFetch.Wanted<Chunk>> uses, byte[] plaintext, int length)
                throws IOException, InterruptedException {
            boolean zero = ZeroRuns.isZero(plaintext, 0, length);
            for (BlobFetch.Wanted<Chunk> use : uses) {
                Parallel.stopIfInterrupted();
                WritingFile file = use.use().file;
                try {
                    file.write(target, use.use().position, plaintext, length, zero);
                    boolean complete = file.finishChunk(target, failures);
                    if (complete) {
                        complete(file.plan());
                        verifiable.add(file.plan());
                    }
                    bytes.add(length);
                    meter.add(complete ? 1 : 0, length, file.plan().path());
                } catch (FileAccessException e) {
                    stopIfHopeless(e);
                    giveUp(file, e.getMessage());
                }
            }
        }

        @Override
        public void missing(List<BlobFetch.Wanted<Chunk>> uses, IOException cause) {
            uses.forEach(
                    use -> giveUp(use.use().file, "its content is lost: " + cause.getMessage()));
        }
    }

    /// Finds out which files have to be written, and writes those without content.
    private final class Preparation implements Parallel.Worker<PlannedFile> {
        private final ContentComparison comparison = new ContentComparison(repository);

        @Override
        public void work(PlannedFile file) throws IOException, InterruptedException {
            if (!mayPlaceFile(file)) {
                if (file.linked() && options.overwrite() == Overwrite.NEVER) {
                    keptFiles.add(file);
                }
                return;
            }
            WritingFile write = new WritingFile(file);
            if (!file.content().isEmpty()) {
                writing.add(write);
                return;
            }
            try (write) {
                write.writeEmpty(target, failures);
                complete(file);
                meter.add(1, 0, file.path());
            } catch (FileAccessException e) {
                stopIfHopeless(e);
                failures.add(file.path(), e.getMessage());
            }
        }

        private boolean mayPlaceFile(PlannedFile file) throws IOException, InterruptedException {
            if (options.overwrite() != Overwrite.ALWAYS
                    || isMissing(file.directory())
                    || !wasThere(file.directory())) {
                return mayPlace(file.directory(), file.path());
            }
            return mayPlace(file.directory(), file.path()) && !isEqual(file);
        }

        /// Whether the content is there already; then only the metadata is set.
        private boolean isEqual(PlannedFile file) throws IOException, InterruptedException {
            try {
                Optional<TargetEntry> entry = target.find(file.path());
                if (entry.isEmpty()
                        || entry.get().type() != NodeType.FILE
                        || entry.get().size() != file.size()
                        || entry.get().links() != 1
                        || file.content().isEmpty()) {
                    return false;
                }
                try (var existing = target.openFile(file.path())) {
                    if (comparison.firstDifference(existing, file) >= 0) {
                        return false;
                    }
                    existing.apply(file.metadata())
                            .forEach(problem -> failures.add(file.path(), problem));
                }
            } catch (FileAccessException e) {
                stopIfHopeless(e);
                return false; // replacing it does not need to read it
            }
            complete(file);
            unchanged.increment();
            meter.add(1, file.size(), file.path());
            return true;
        }
    }

    /// Reads files back from the disk.
    private final class Verification implements Parallel.Worker<PlannedFile> {
        private final ContentComparison comparison = new ContentComparison(repository);

        @Override
        public void work(PlannedFile file) throws IOException, InterruptedException {
            try (var written = target.openFile(file.path())) {
                written.forgetCached();
                long difference = comparison.firstDifference(written, file);
                if (difference < 0) {
                    verified.increment();
                } else {
                    failures.add(
                            file.path(),
                            "read back, it differs from the snapshot at byte " + difference);
                }
            } catch (FileAccessException e) {
                failures.add(file.path(), "cannot be read back: " + e.getMessage());
            }
            meter.add(1, file.size(), file.path());
        }
    }
}
