/// Speaks SFTP version 3 over a channel of an SSH connection, with many requests under way at once.
///
/// [dev.holdfast.sftp.transfer.SftpClient] is the entry: whole operations on files and folders.
/// Below it, `SftpChannel` puts requests into SSH packets (small ones share a packet) and a
/// `ReplyReader` takes replies apart on the I/O thread; the bytes of a READ go straight into the
/// array they are meant for. Servers are not trusted: sizes of packets, names and listings are
/// bounded. It knows nothing of repositories, and retries nothing.
@NullMarked
package dev.holdfast.sftp.transfer;

import org.jspecify.annotations.NullMarked;
