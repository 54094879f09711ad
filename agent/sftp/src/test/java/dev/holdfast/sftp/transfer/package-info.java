/// Tests of the SFTP layer below the backend.
@NullMarked
package dev.holdfast.sftp.transfer;

import org.jspecify.annotations.NullMarked;
