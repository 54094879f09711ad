/// The grammar `holdfast NOUN VERB`: one class per noun, its verbs nested inside.
///
/// A verb parses, asks the controller and prints; it decides nothing that the controller or the
/// agent should decide. What the verbs need of their surroundings comes by constructor as a
/// `Workplace`.
@NullMarked
package dev.holdfast.cli.command;

import org.jspecify.annotations.NullMarked;
