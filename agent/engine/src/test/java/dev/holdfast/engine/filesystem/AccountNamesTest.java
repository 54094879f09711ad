package dev.holdfast.engine.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

final class AccountNamesTest {
    @Test
    void readsNamesByNumber() {
        AccountNames names =
                AccountNames.parse(
                        """
                        # comment
                        root:x:0:0:root:/root:/bin/bash
                        toor:x:0:0::/:/bin/sh
                        +nis:x:5:5::/:/bin/sh
                        broken:x
                        odd:x:notanumber:0::/:
                        nobody:x:4294967294:65534:nobody:/:/bin/false
                        """);

        assertThat(names.name(0)).isEqualTo("root");
        assertThat(names.name(4_294_967_294L)).isEqualTo("nobody");
        assertThat(names.name(5)).isEmpty();
        assertThat(names.name(7)).isEmpty();
    }

    @Test
    void aMissingFileKnowsNobody() {
        assertThat(AccountNames.read(Path.of("/nonexistent/passwd")).name(0)).isEmpty();
    }
}
