package dev.holdfast.sftp.transfer;

/// One name in a folder; symbolic links are not followed.
public record FolderEntry(String name, Attributes attributes) {}
