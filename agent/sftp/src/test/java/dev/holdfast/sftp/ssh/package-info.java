/// Tests of configuration, known hosts and sign-in, held to what OpenSSH's own tools say.
@NullMarked
package dev.holdfast.sftp.ssh;

import org.jspecify.annotations.NullMarked;
