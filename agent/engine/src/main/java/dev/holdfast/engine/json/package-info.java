/// JSON exactly as the repository format has it: byte for byte what Go's encoder writes.
///
/// Trees are named by the hash of their JSON, so escapes, key order and number forms matter
/// (repository format, sections 11.4 to 11.6). [dev.holdfast.engine.json.JsonWriter] appends to a
/// byte array; [dev.holdfast.engine.json.JsonReader] pulls tokens out of one, and reads strings as
/// bytes where they need not be text. [dev.holdfast.engine.json.QuotedName] is the second quoting
/// of file names, [dev.holdfast.engine.json.Timestamp] a time with its offset. This package knows
/// no object of the repository.
@NullMarked
package dev.holdfast.engine.json;

import org.jspecify.annotations.NullMarked;
