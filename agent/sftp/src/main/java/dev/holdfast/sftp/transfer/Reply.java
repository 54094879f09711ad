package dev.holdfast.sftp.transfer;

import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// A reply of the server, taken off the wire.
///
/// @param type number of the packet
/// @param body behind the request number; empty for DATA, whose bytes went into the target
/// @param dataLength bytes that DATA carried
record Reply(int type, ByteArrayBuffer body, int dataLength) {}
