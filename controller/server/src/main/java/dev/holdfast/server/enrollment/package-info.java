/// How a host becomes an agent: enrollment tokens, certificate requests and the certificate
/// authority.
///
/// A token is made by the operator's client; the controller knows only the hash of what a host must
/// show, counts its uses in one conditional update, and so has exactly one winner where hosts race
/// for the last use. The authority's key lies in a file of its own outside the database. Agent
/// certificates live 30 days; the trust decision at the TLS handshake also lets in a certificate
/// that expired less than 90 days ago, because it may still be renewed: the adapters decide what
/// such a caller may do.
@NullMarked
package dev.holdfast.server.enrollment;

import org.jspecify.annotations.NullMarked;
