package dev.holdfast.server.rpc;

import dev.holdfast.server.account.Operators;
import dev.holdfast.server.database.Installation;
import dev.holdfast.server.enrollment.AgentTrust;
import dev.holdfast.server.enrollment.CertificateAuthority;
import dev.holdfast.server.enrollment.Tokens;
import dev.holdfast.server.fleet.Fleet;
import dev.holdfast.server.id.IdSource;
import dev.holdfast.server.run.Runs;
import dev.holdfast.server.storage.Storages;

/// What the adapters of this package adapt.
public record Features(
        Installation installation,
        CertificateAuthority authority,
        AgentTrust trust,
        Operators operators,
        Tokens tokens,
        Fleet fleet,
        Storages storages,
        Runs runs,
        IdSource ids) {}
