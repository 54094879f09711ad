package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.SnapshotFilter;
import dev.holdfast.engine.snapshot.Snapshots;
import dev.holdfast.engine.snapshot.TreeLoader;
import dev.holdfast.engine.snapshot.TreeWalk;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `repo cat`.
@Command(name = "cat", description = "Prints one object of the repository.")
final class CatVerb extends RepoVerb {
    @Parameters(
            index = "0",
            paramLabel = "TYPE",
            description = "config, snapshot, index, key, lock, pack, blob or tree")
    private String type = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ID",
            description = "id or, except for blobs, its beginning; tree: SNAPSHOT[:PATH]")
    private String id = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    ExitCode run() throws IOException, InterruptedException {
        return reading(this::print);
    }

    private ExitCode print(Repository repository) throws IOException, InterruptedException {
        if (id.isEmpty() && !type.equals("config")) {
            throw new ParameterException(spec.commandLine(), "which " + type + "? ID is missing");
        }
        switch (type) {
            case "config" -> config(repository);
            case "snapshot" -> {
                SnapshotFile file = new Snapshots(repository).find(id, SnapshotFilter.ALL);
                pretty(repository.loadUnpacked(FileType.SNAPSHOT, file.id().toString()));
            }
            case "index" -> raw(repository.loadUnpacked(FileType.INDEX, name(repository)));
            case "lock" -> pretty(repository.loadUnpacked(FileType.LOCK, name(repository)));
            case "key" ->
                    pretty(repository.backend().load(new Handle(FileType.KEY, name(repository))));
            case "pack" ->
                    raw(repository.backend().load(new Handle(FileType.PACK, name(repository))));
            case "blob" -> blob(repository.index());
            case "tree" -> tree(repository);
            default ->
                    throw new ParameterException(
                            spec.commandLine(), "\"" + type + "\" is no type of object");
        }
        return ExitCode.OK;
    }

    private void config(Repository repository) {
        JsonWriter json = new JsonWriter();
        json.beginObject();
        json.name("version").value(repository.config().version());
        json.name("id").value(repository.config().id());
        json.name("chunker_polynomial").value(repository.config().polynomial().toString());
        json.endObject();
        pretty(json.toBytes());
    }

    /// The whole name of the one file of a type that begins as asked.
    private String name(Repository repository) throws IOException, InterruptedException {
        FileType files =
                switch (type) {
                    case "index" -> FileType.INDEX;
                    case "lock" -> FileType.LOCK;
                    case "key" -> FileType.KEY;
                    default -> FileType.PACK;
                };
        List<String> fitting =
                repository.listNames(files).stream().filter(each -> each.startsWith(id)).toList();
        if (fitting.isEmpty()) {
            throw new RepositoryException(
                    RepositoryException.Kind.NOT_FOUND, "there is no " + type + " " + id, "");
        }
        if (fitting.size() > 1) {
            throw new RepositoryException(
                    RepositoryException.Kind.AMBIGUOUS,
                    id + " fits " + fitting.size() + " files of type " + type,
                    "give more digits");
        }
        return fitting.getFirst();
    }

    private void blob(IndexedRepository index) throws IOException, InterruptedException {
        if (!Sha256.isHex(id)) {
            throw new ParameterException(spec.commandLine(), "a blob needs its whole id");
        }
        BlobId blob = new BlobId(Sha256.parse(id));
        for (BlobType each : BlobType.values()) {
            if (index.contains(each, blob)) {
                raw(index.loadBlob(each, blob));
                return;
            }
        }
        throw new RepositoryException(
                RepositoryException.Kind.NOT_FOUND, "there is no blob " + id, "");
    }

    private void tree(Repository repository) throws IOException, InterruptedException {
        int colon = id.indexOf(':');
        SnapshotFile file =
                new Snapshots(repository)
                        .find(colon < 0 ? id : id.substring(0, colon), SnapshotFilter.ALL);
        String path = colon < 0 ? "" : id.substring(colon + 1);
        IndexedRepository index = repository.index();
        BlobId tree =
                new BlobId(
                        new TreeWalk(new TreeLoader(index))
                                .subtree(
                                        file.snapshot().tree(),
                                        path.getBytes(StandardCharsets.UTF_8))
                                .hash());
        raw(index.loadBlob(BlobType.TREE, tree));
    }

    private void pretty(byte[] json) {
        out().println(Json.indented(json));
    }

    private void raw(byte[] bytes) {
        out().write(bytes, 0, bytes.length);
        out().flush();
    }
}
