/// Tables, JSON and harmless text, byte for byte.
@NullMarked
package dev.holdfast.cli.output;

import org.jspecify.annotations.NullMarked;
