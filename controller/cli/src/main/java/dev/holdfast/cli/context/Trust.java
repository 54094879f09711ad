package dev.holdfast.cli.context;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// Why a controller's certificate is believed.
public sealed interface Trust {
    /// By a file with the CA's certificate, PEM.
    record CaFile(Path file) implements Trust {}

    /// By the CA certificate's fingerprint, as the controller and `token create` print it.
    record Fingerprint(String text) implements Trust {
        private static final Pattern SHAPE = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

        public Fingerprint {
            if (!SHAPE.matcher(text).matches()) {
                throw new IllegalArgumentException(
                        "a CA fingerprint is SHA256: and 43 characters of base64, not \""
                                + text
                                + "\"");
            }
        }
    }
}
