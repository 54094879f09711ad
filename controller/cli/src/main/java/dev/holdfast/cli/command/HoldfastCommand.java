package dev.holdfast.cli.command;

import picocli.CommandLine.Command;

@Command(
        name = "holdfast",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Backups of a fleet of hosts, from the controller's side.",
        footer = {
            "",
            "Exit codes: 0 done, 1 error, 2 usage, 3 partial, 4 sign-in, 5 not found,",
            "6 conflict, 7 refused by the agent's policy, 8 still running,",
            "10 no repository, 11 locked, 12 wrong password, 20 unreachable,",
            "21 no identity accepted, 22 host key unknown, 23 host key changed,",
            "24 path missing, 25 permission denied, 26 no space, 130 interrupted."
        },
        subcommands = {
            ContextCommand.class,
            TokenCommand.class,
            AgentCommand.class,
            StorageCommand.class,
            RepoCommand.class,
            BackupCommand.class,
            RunCommand.class,
            SnapshotCommand.class,
            RestoreCommand.class
        })
final class HoldfastCommand {}
