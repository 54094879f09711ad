package dev.holdfast.sftp.ssh;

/// An SSH configuration says something that cannot be read or carried out.
final class ConfigSyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    ConfigSyntaxException(String message) {
        super(message);
    }
}
