package dev.holdfast.cli.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Amounts;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.cli.token.EnrollmentSecret;
import dev.holdfast.cli.token.PrivateFile;
import dev.holdfast.proto.v1.CreateTokenRequest;
import dev.holdfast.proto.v1.EnrollmentToken;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.ListTokensReply;
import dev.holdfast.proto.v1.ListTokensRequest;
import dev.holdfast.proto.v1.RevokeTokenRequest;
import dev.holdfast.proto.v1.TokensGrpc;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

@Command(
        name = "token",
        description = "One-time tokens by which hosts become agents.",
        subcommands = {
            TokenCommand.Create.class,
            TokenCommand.Tokens.class,
            TokenCommand.Revoke.class
        })
final class TokenCommand {
    @Command(
            name = "create",
            description = "Makes a token; its secret is shown once and never sent.")
    static final class Create extends ControllerCommand {
        @Option(
                names = "--ttl",
                paramLabel = "DURATION",
                description = "How long it is good for (default 1h).")
        Duration ttl = Duration.ofHours(1);

        @Option(
                names = "--uses",
                paramLabel = "N",
                description = "How many hosts may use it (default 1).")
        int uses = 1;

        @Option(
                names = "--label",
                paramLabel = "KEY=VALUE",
                description = "Label of the agents that use it.")
        Map<String, String> labels = new LinkedHashMap<>();

        @Option(
                names = "--host",
                paramLabel = "NAME",
                description = "Only a host of this name may use it.")
        String host = "";

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "Write the token to this new file, mode 0600.")
        Optional<Path> file = Optional.empty();

        Create(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            if (uses < 1) {
                throw CommandFailure.of(
                        Failure.Code.INVALID_ARGUMENT,
                        "--uses " + uses,
                        "a token has 1 use or more");
            }
            EnrollmentSecret secret = EnrollmentSecret.random(place.random());
            keep(secret);
            boolean created = false;
            try {
                EnrollmentToken token =
                        controller.ask(
                                channel ->
                                        TokensGrpc.newBlockingStub(channel)
                                                .createToken(request(secret)));
                created = true;
                print(controller, output, secret, token);
                return Exit.OK;
            } finally {
                if (!created) {
                    forget(secret);
                }
            }
        }

        private CreateTokenRequest request(EnrollmentSecret secret) {
            return CreateTokenRequest.newBuilder()
                    .setId(secret.id())
                    .setAuthHash(ByteString.copyFrom(secret.authHash()))
                    .setTtl(Durations.fromSeconds(ttl.toSeconds()))
                    .setUses(uses)
                    .putAllLabels(labels)
                    .setHostName(host)
                    .build();
        }

        /// Both files are written before the controller is asked: a token that nobody could hand
        /// out is no use.
        private void keep(EnrollmentSecret secret) throws CommandFailure {
            try {
                if (file.isPresent()) {
                    PrivateFile.create(file.get(), secret.text() + "\n");
                }
                place.tokenKeys().keep(secret);
            } catch (IOException e) {
                throw CommandFailure.of(
                        Failure.Code.PERMISSION_DENIED,
                        "cannot keep the token's keys in "
                                + place.folder()
                                + file.map(f -> " or " + f).orElse(""),
                        "the --out file must not exist yet; check folder, owner and free space",
                        e);
            }
        }

        private void forget(EnrollmentSecret secret) throws CommandFailure {
            try {
                place.tokenKeys().forget(secret.id());
                if (file.isPresent()) {
                    Files.deleteIfExists(file.get());
                }
            } catch (IOException e) {
                throw CommandFailure.of(
                        Failure.Code.INTERNAL,
                        "cannot remove the keys of a token that was not made",
                        "",
                        e);
            }
        }

        private void print(
                Controller controller,
                Output output,
                EnrollmentSecret secret,
                EnrollmentToken token) {
            String where = file.map(Path::toString).orElse("TOKEN_FILE");
            String enroll =
                    "holdfast-agent enroll --controller "
                            + controller.address()
                            + " --ca-fingerprint "
                            + token.getCaFingerprint()
                            + " --token-file "
                            + where;
            if (output.json()) {
                output.print(json(token, file.isPresent() ? "" : secret.text(), enroll));
                return;
            }
            new Table("", "")
                    .row("token", file.map(f -> "in " + f).orElse(secret.text()))
                    .row("ca", token.getCaFingerprint())
                    .row(
                            "good for",
                            token.getUses()
                                    + (token.getUses() == 1 ? " host" : " hosts")
                                    + " until "
                                    + Amounts.time(token.getExpiresAt(), output.zone()))
                    .row("enroll", enroll)
                    .print(output.terminal().out(), false);
            if (file.isEmpty()) {
                output.terminal()
                        .err()
                        .println(
                                "the token is shown this once; put it into TOKEN_FILE on the host");
            }
        }

        private static Struct json(EnrollmentToken token, String secret, String enroll) {
            Struct.Builder all = Struct.newBuilder();
            try {
                JsonFormat.parser()
                        .merge(
                                JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(token),
                                all);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("message without JSON form", e);
            }
            return all.putFields("token", Value.newBuilder().setStringValue(secret).build())
                    .putFields("enroll", Value.newBuilder().setStringValue(enroll).build())
                    .build();
        }
    }

    @Command(name = "list", description = "Tokens, without their secrets.")
    static final class Tokens extends ControllerCommand {
        Tokens(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            ListTokensReply reply =
                    controller.ask(
                            channel ->
                                    TokensGrpc.newBlockingStub(channel)
                                            .listTokens(ListTokensRequest.getDefaultInstance()));
            Table table =
                    new Table("TOKEN", "CREATED", "EXPIRES", ">USED", ">USES", "REVOKED", "LABELS");
            for (EnrollmentToken token : reply.getTokensList()) {
                table.row(
                        token.getId(),
                        Amounts.time(token.getCreatedAt(), output.zone()),
                        Amounts.time(token.getExpiresAt(), output.zone()),
                        String.valueOf(token.getUsed()),
                        String.valueOf(token.getUses()),
                        token.getRevoked() ? "revoked" : "",
                        labels(token.getLabelsMap()));
            }
            output.show(reply, table);
            return Exit.OK;
        }
    }

    @Command(name = "revoke", description = "Makes a token useless; agents that used it stay.")
    static final class Revoke extends ControllerCommand {
        @Parameters(paramLabel = "TOKEN", description = "Its id.")
        String id = "";

        Revoke(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            RevokeTokenRequest request = RevokeTokenRequest.newBuilder().setId(id).build();
            output.show(
                    controller.ask(
                            channel -> TokensGrpc.newBlockingStub(channel).revokeToken(request)),
                    new Table("").row("token " + id + " is revoked"));
            return Exit.OK;
        }
    }

    /// `key=value` pairs in the order of their keys.
    static String labels(Map<String, String> labels) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(labels)
                .forEach(
                        (key, value) ->
                                text.append(text.isEmpty() ? "" : ",")
                                        .append(key)
                                        .append('=')
                                        .append(value));
        return text.toString();
    }
}
