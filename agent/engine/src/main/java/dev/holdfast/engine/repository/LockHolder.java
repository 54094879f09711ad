package dev.holdfast.engine.repository;

import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonReader;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.json.Timestamp;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/// Who holds a lock (repository format, section 13).
///
/// @param name of the lock's file
/// @param time of its last refresh, by the clock of its holder
public record LockHolder(
        String name,
        Instant time,
        boolean exclusive,
        String hostName,
        String userName,
        long pid,
        long uid,
        long gid) {
    /// How long a living holder may leave a lock without a refresh.
    private static final Duration STALE_AGE = Duration.ofMinutes(30);

    static LockHolder of(RepositoryContext context, boolean exclusive) {
        return new LockHolder(
                "",
                context.clock().instant(),
                exclusive,
                context.hostName(),
                context.userName(),
                context.pid(),
                context.uid(),
                context.gid());
    }

    static LockHolder read(String name, byte[] json) throws JsonException {
        Instant time = null;
        boolean exclusive = false;
        String hostName = "";
        String userName = "";
        long pid = 0;
        long uid = 0;
        long gid = 0;
        JsonReader reader = new JsonReader(json);
        reader.beginObject();
        while (reader.hasNext()) {
            switch (reader.nextName()) {
                case "time" -> time = reader.nextTime().instant();
                case "exclusive" -> exclusive = reader.nextBoolean();
                case "hostname" -> hostName = reader.nextString();
                case "username" -> userName = reader.nextString();
                case "pid" -> pid = reader.nextLong();
                case "uid" -> uid = reader.nextLong();
                case "gid" -> gid = reader.nextLong();
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        reader.end();
        if (time == null) {
            throw new JsonException("a lock without a time", -1);
        }
        return new LockHolder(name, time, exclusive, hostName, userName, pid, uid, gid);
    }

    byte[] write() {
        JsonWriter writer = new JsonWriter();
        writer.beginObject();
        writer.name("time").time(Timestamp.of(time, ZoneOffset.UTC));
        writer.name("exclusive").value(exclusive);
        writer.name("hostname").value(hostName).name("username").value(userName);
        writer.name("pid").value(pid);
        if (uid != 0) {
            writer.name("uid").value(uid);
        }
        if (gid != 0) {
            writer.name("gid").value(gid);
        }
        return writer.endObject().toBytes();
    }

    /// Whether the holder is too long silent to be alive.
    public boolean stale(Instant now) {
        return time.plus(STALE_AGE).isBefore(now);
    }

    /// For people: who, where, since when.
    public String describe(Instant now) {
        return (exclusive ? "exclusive" : "shared")
                + " lock "
                + name.substring(0, Math.min(8, name.length()))
                + " of "
                + userName
                + "@"
                + hostName
                + ", process "
                + pid
                + ", refreshed "
                + age(Duration.between(time, now));
    }

    private static String age(Duration age) {
        if (age.isNegative()) {
            return age.abs().toSeconds() + " s in the future (clocks differ)";
        }
        return age.toSeconds() < 120
                ? age.toSeconds() + " s ago"
                : age.toMinutes() < 120 ? age.toMinutes() + " min ago" : age.toHours() + " h ago";
    }
}
