package dev.holdfast.server.storage;

import dev.holdfast.server.failure.RequestException;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a storage must look like. Pure.
final class StorageRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String USER = "(?:(?<user>[^@/:\\s]+)@)?";
    private static final String HOST = "(?<host>\\[[0-9A-Fa-f:.%a-z]+\\]|[^@/:\\s\\[\\]]+)";
    private static final Pattern URL =
            Pattern.compile("sftp://" + USER + HOST + "(?::(?<port>[0-9]{1,5}))?/(?<path>.*)");
    private static final Pattern SCP = Pattern.compile("sftp:" + USER + HOST + ":(?<path>.+)");
    private static final Pattern OPTION =
            Pattern.compile("[A-Za-z][A-Za-z0-9]*\\s*[= ]\\s*[^\\p{Cntrl}]+");
    private static final Pattern HOST_KEY = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}=?");
    private static final List<String> PROGRAMS =
            List.of("proxycommand", "localcommand", "knownhostscommand", "permitlocalcommand");

    private StorageRules() {}

    static void check(StorageDefinition storage) throws RequestException {
        if (!NAME.matcher(storage.name()).matches()) {
            throw RequestException.invalid(
                    "spec.name",
                    "letters, digits, dot, dash and underscore are allowed, at most 100");
        }
        checkLocation(storage.location());
        boolean file = !storage.passwordFile().isEmpty();
        boolean sealed = storage.sealedPassword().length > 0;
        if (file == sealed) {
            throw RequestException.invalid(
                    "spec.repository_password",
                    "exactly one of password_file and sealed_password is needed");
        }
        if (file) {
            checkFile("spec.password_file", storage.passwordFile());
        }
        if (!storage.sshConfigFile().isEmpty()) {
            checkFile("spec.ssh_config_file", storage.sshConfigFile());
        }
        for (String option : storage.sshOptions()) {
            checkOption(option);
        }
        for (String key : storage.hostKeys()) {
            if (!HOST_KEY.matcher(key).matches()) {
                throw RequestException.invalid(
                        "spec.host_keys",
                        "\"" + key + "\" is not a fingerprint as ssh-keygen -lf prints it");
            }
        }
    }

    private static void checkLocation(String location) throws RequestException {
        if (location.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw RequestException.invalid("spec.location", "holds control characters");
        }
        if (location.startsWith("/")) {
            checkSegments("spec.location", location);
            return;
        }
        Matcher url = URL.matcher(location);
        Matcher scp = SCP.matcher(location);
        boolean isUrl = url.matches();
        if (!isUrl && (location.startsWith("sftp://") || !scp.matches())) {
            throw RequestException.invalid(
                    "spec.location",
                    "\""
                            + location
                            + "\" is none of sftp://[user@]host[:port]/path, sftp:[user@]host:path"
                            + " and an absolute path");
        }
        Matcher match = isUrl ? url : scp;
        String user = match.group("user");
        if (match.group("host").startsWith("-") || (user != null && user.startsWith("-"))) {
            throw RequestException.invalid(
                    "spec.location", "user and host must not begin with a dash");
        }
        if (isUrl && url.group("port") != null) {
            int port = Integer.parseInt(url.group("port"));
            if (port < 1 || port > 65535) {
                throw RequestException.invalid("spec.location", "no such port: " + port);
            }
        }
        String path = match.group("path");
        if (path.isEmpty() || path.equals("/")) {
            throw RequestException.invalid("spec.location", "the path is missing");
        }
        checkSegments("spec.location", path);
    }

    private static void checkFile(String field, String file) throws RequestException {
        boolean control = file.chars().anyMatch(c -> c < 0x20 || c == 0x7f);
        if (!file.startsWith("/") || file.length() > 4096 || control) {
            throw RequestException.invalid(field, "an absolute path is needed");
        }
        checkSegments(field, file);
    }

    private static void checkSegments(String field, String path) throws RequestException {
        if (Arrays.asList(path.split("/", -1)).contains("..")) {
            throw RequestException.invalid(field, "\"..\" is not allowed in a path");
        }
    }

    private static void checkOption(String option) throws RequestException {
        if (!OPTION.matcher(option).matches()) {
            throw RequestException.invalid(
                    "spec.ssh_options",
                    "\"" + option + "\" is not a directive of ssh_config, as Port=2222");
        }
        String name = option.split("[=\\s]", 2)[0].toLowerCase(java.util.Locale.ROOT);
        if (PROGRAMS.contains(name)) {
            throw RequestException.invalid(
                    "spec.ssh_options",
                    name + " would run a program; put it into the host's own ssh_config");
        }
    }
}
