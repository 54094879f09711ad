package dev.holdfast.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SftpLocationTest {
    @ParameterizedTest
    @CsvSource({
        "sftp://nas/backup, '', nas, 0, /backup",
        "sftp://nas//backup, '', nas, 0, /backup",
        "sftp://joe@nas:2222/a/b/, joe, nas, 2222, /a/b",
        "sftp://joe@nas/~/repo, joe, nas, 0, repo",
        "sftp://nas/~, '', nas, 0, .",
        "sftp://[2001:db8::1]:22/r, '', 2001:db8::1, 22, /r",
        "sftp:joe@nas:repo, joe, nas, 0, repo",
        "sftp:nas:/srv/repo, '', nas, 0, /srv/repo",
        "sftp:nas:, '', nas, 0, .",
        "sftp:joe@[::1]:/r, joe, ::1, 0, /r",
        "sftp://nas/, '', nas, 0, /",
    })
    void readsBothForms(String text, String user, String host, int port, String path) {
        SftpLocation location = SftpLocation.parse(text);

        assertThat(location.user().orElse("")).isEqualTo(user);
        assertThat(location.host()).isEqualTo(host);
        assertThat(location.port().orElse(0)).isEqualTo(port);
        assertThat(location.path()).isEqualTo(path);
        assertThat(SftpLocation.parse(location.toString())).isEqualTo(location);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/local/path",
                "sftp://nas",
                "sftp:///path",
                "sftp://nas:0/x",
                "sftp://nas:70000/x",
                "sftp://nas:ssh/x",
                "sftp://-oProxyCommand=x/y",
                "sftp://[::1/x",
                "sftp://::1/x",
                "sftp://nas/~joe/x",
                "sftp:nas",
                "sftp:nas:~/x",
            })
    void refusesWhatIsNoLocation(String text) {
        assertThatThrownBy(() -> SftpLocation.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("location \"");
    }

    @Test
    void passwordIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> SftpLocation.parse("sftp://joe:secret@nas/x"))
                .hasMessageContaining("password")
                .hasMessageNotContaining("secret");
    }
}
