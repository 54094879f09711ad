package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryLock;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;

/// What all verbs of `repo` share.
@Command(mixinStandardHelpOptions = true)
abstract class RepoVerb implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private RepoCommand repo;

    RepoCommand repo() {
        return repo;
    }

    boolean json() {
        return repo.json();
    }

    PrintStream out() {
        return repo.streams().out();
    }

    PrintStream err() {
        return repo.streams().err();
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        try {
            return run().number();
        } finally {
            out().flush();
        }
    }

    abstract ExitCode run() throws IOException, InterruptedException;

    /// One line to a stream.
    static void line(PrintStream to, JsonWriter json) {
        json.newline();
        to.write(json.buffer(), 0, json.size());
        to.flush();
    }

    /// Work on an open repository.
    interface Reading {
        ExitCode with(Repository repository) throws IOException, InterruptedException;
    }

    /// Opens, takes a shared lock unless told otherwise, works, closes.
    ExitCode reading(Reading work) throws IOException, InterruptedException {
        StorageAccess access = repo.access();
        try (Secret password = repo.password();
                Repository repository = repo.opener().open(access, password)) {
            if (repo.noLock()) return work.with(repository);
            try (RepositoryLock lock =
                    repository.lock(RepositoryLock.Mode.SHARED, repo.retryLock())) {
                ExitCode code = work.with(repository);
                lock.throwIfLost();
                return code;
            }
        }
    }
}
