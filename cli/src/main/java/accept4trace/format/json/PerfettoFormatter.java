package accept4trace.format.json;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.AcceptCall;
import accept4trace.event.Backlog;
import accept4trace.event.Beginning;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.Connection;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.GivenUp;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.Refusal;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.UnixRefusal;
import accept4trace.format.EventFormatter;
import accept4trace.format.Names;
import accept4trace.format.ProcessDetails;
import accept4trace.summary.Run;
import accept4trace.text.Errno;
import accept4trace.text.SignalNames;
import accept4trace.text.Text;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Formats calls in Chrome's format of trace events: an array of JSON objects, which Perfetto shows. Each thread has a
 * track with its calls. Each listener appears as a process of its own, with a counter for its queue and a slice for the
 * wait of each connection. Viewers give each name of an asynchronous slice its own row, so these names are constant and
 * the peer is an argument. Times are CLOCK_MONOTONIC in microseconds.
 */
public final class PerfettoFormatter implements EventFormatter {
    /** The id of the first listener, which appears as a process. Larger than the ids of real processes. */
    private static final int FIRST_LISTENER = 1 << 30;
    /** Maximum number of threads whose names are known. Each takes about 100 bytes. */
    private static final int MAX_THREADS = 16_384;
    /** Maximum number of listeners that are remembered. A forgotten listener gets a new track when it reappears. */
    private static final int MAX_LISTENERS = 4096;

    private final ProcessDetails details;
    private final JsonText text = new JsonText();
    private final Text number = new Text();
    private final JsonGenerator json = text.generator();
    private final Map<Integer, byte[]> threads = new BoundedMap<>(MAX_THREADS);
    private final Map<Integer, byte[]> processes = new BoundedMap<>(MAX_THREADS);
    private final Map<Key, Track> listeners = new BoundedMap<>(MAX_LISTENERS);
    private int nextListener = FIRST_LISTENER;
    private long slices;
    private boolean begun;
    private boolean first = true;

    /** Identifies a listener. {@code inode}: 0 if it is unknown. */
    private record Key(long inode, Endpoint local) {}

    private static final class Track {
        private final int id;
        private long queue = -1;

        Track(int id) {
            this.id = id;
        }
    }

    /** Writes the fields of "args". */
    private interface Arguments {
        void write() throws IOException;
    }

    public PerfettoFormatter(ProcessDetails details) {
        this.details = details;
    }

    @Override
    public void tick(Text out, long nowNs) {
        if (!begun) {
            begun = true;
            out.add('[').add('\n');
            metadata(out, "process_name", FIRST_LISTENER - 1, 0, "accept4-trace");
        }
    }

    @Override
    public void format(Text out, Call call) {
        int tgid = call.caller().tgid();
        int tid = call.caller().tid();
        named(out, tgid, tid, call.caller().processComm(), call.caller().threadComm());
        Track listener = track(out, call.listener().socket());
        boolean timed = call.isTimed();
        long atNs = timed ? call.span().enterNs() : call.span().exitNs();
        event(out, timed ? "X" : "i", name(call), atNs, tgid, tid, () -> {
            if (timed) {
                micros("dur", call.durationNs());
            } else {
                json.writeStringField("s", "t");
            }
            arguments(() -> arguments(call));
        });
        if (listener != null) {
            call.visit(accept -> waited(out, listener, accept), other -> {});
            queue(out, listener, call.listener().backlog().length(), call.span().exitNs());
        }
    }

    private static String name(Call call) {
        return call.failed()
                ? call.syscall() + " " + Errno.name((int) -call.span().ret())
                : call.syscall().toString();
    }

    private void arguments(Call call) throws IOException {
        ListenerFd listener = call.listener();
        if (call.isNative()) {
            json.writeNumberField("fd", listener.fd());
        }
        if (listener.socket() != null) {
            json.writeStringField("listener", Names.listener(listener.socket(), false));
        }
        if (call.isNative() && call.span().hasResult()) {
            json.writeNumberField("result", Math.max(-1, call.span().ret()));
        }
        if (call.span().beginning() != Beginning.SEEN) {
            json.writeStringField("beginning", call.span().beginning().name().toLowerCase(Locale.ROOT));
        }
        if (call instanceof AcceptCall accept) {
            arguments(accept);
        }
        Backlog backlog = listener.backlog();
        if (backlog.length() >= 0) {
            json.writeNumberField("queue", backlog.length());
            json.writeNumberField("queue_max", backlog.max());
        }
    }

    private void arguments(AcceptCall call) throws IOException {
        Connection connection = call.connection();
        KernelSocket socket = connection.socket();
        if (!call.isNative()) {
            json.writeStringField("via", call.via().toString());
        }
        if (socket != null) {
            addPeer(peerName(call), socket.peer());
        }
        if (connection.waitNs() >= 0) {
            json.writeNumberField("wait_ns", connection.waitNs());
        }
        if (connection.ahead() > 0) {
            json.writeNumberField("ahead", connection.ahead());
        }
        if (call.lostConnection()) {
            json.writeBooleanField("lost", true);
        }
    }

    private void addPeer(String peer, Endpoint end) throws IOException {
        json.writeStringField("peer", peer);
        String name = details.hostName(end);
        if (name != null) {
            json.writeStringField("name", name);
        }
    }

    /** Returns the address of the peer, or the process at the other end of an AF_UNIX connection. */
    private static String peerName(AcceptCall call) {
        KernelSocket socket = call.connection().requireSocket();
        return socket.peer() instanceof Unix && call.connection().peerTask() != null
                ? Names.process(
                        call.connection().peerTask().pid(),
                        call.connection().peerTask().comm(),
                        false)
                : address(socket.peer());
    }

    private static String address(Endpoint end) {
        Text address = new Text();
        end.append(address);
        return address.toString();
    }

    private void waited(Text out, Track listener, AcceptCall call) {
        Connection connection = call.connection();
        KernelSocket socket = connection.socket();
        if (socket != null && connection.waitNs() >= 0 && connection.acceptedNs() != 0) {
            Arguments peer = () -> addPeer(peerName(call), socket.peer());
            slice(out, listener, "wait", connection.acceptedNs(), connection.waitNs(), peer);
        }
    }

    /** Appends a slice that may overlap others of its name. Its id, which no other slice has, pairs its two events. */
    private void slice(Text out, Track listener, String name, long toNs, long durationNs, Arguments fields) {
        String id = Long.toString(++slices);
        asynchronous(out, "b", listener, name, toNs - durationNs, id, () -> arguments(fields));
        asynchronous(out, "e", listener, name, toNs, id, () -> {});
    }

    private void asynchronous(
            Text out, String phase, Track listener, String name, long atNs, String id, Arguments more) {
        event(out, phase, name, atNs, listener.id, listener.id, () -> {
            json.writeStringField("cat", "wait");
            json.writeStringField("id", id);
            more.write();
        });
    }

    /** Appends the length of a queue if it has changed. */
    private void queue(Text out, Track listener, long length, long atNs) {
        if (length >= 0 && length != listener.queue) {
            listener.queue = length;
            event(
                    out,
                    "C",
                    "queue",
                    atNs,
                    listener.id,
                    listener.id,
                    () -> arguments(() -> json.writeNumberField("waiting", length)));
        }
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        named(out, exit.tgid(), exit.tgid(), exit.comm(), exit.comm());
        String how =
                exit.signal() == 0 ? "exited with " + exit.exitStatus() : "killed by " + SignalNames.of(exit.signal());
        instant(out, "p", how, exit.exitNs(), exit.tgid(), () -> {});
    }

    @Override
    public void format(Text out, RefusedAttempt attempt) {
        Refusal first = attempt.first();
        Track listener = Objects.requireNonNull(track(out, first.listener()));
        instant(out, "p", "refused " + address(first.peer()), first.timeNs(), listener.id, () -> {
            json.writeStringField("at", attempt.at());
            json.writeNumberField("packets", attempt.packets());
            queue(first.queue());
        });
    }

    @Override
    public void format(Text out, RefusedUnixClient client) {
        UnixRefusal first = client.first();
        Track listener = Objects.requireNonNull(track(out, first.listener()));
        String name = Names.process(first.client().pid(), first.client().comm(), false);
        instant(out, "p", "refused " + name, first.timeNs(), listener.id, () -> {
            json.writeStringField("error", Errno.name(first.errno()));
            json.writeNumberField("connects", client.connects());
            queue(first.queue());
        });
    }

    private void queue(Refusal.@Nullable Queue queue) throws IOException {
        if (queue != null) {
            json.writeNumberField("queue", queue.waiting());
            json.writeNumberField("queue_max", queue.limit());
        }
    }

    @Override
    public void format(Text out, Closing closing) {
        Track listener = track(out, closing.listener().socket());
        if (listener == null) {
            return;
        }
        String by = Names.process(closing.caller().tgid(), closing.caller().processComm(), false);
        instant(out, "p", "closed by " + by, closing.endedNs(), listener.id, () -> {
            json.writeNumberField("reset", closing.discarded().reset());
            if (closing.discarded().left() > 0) {
                json.writeNumberField("left", closing.discarded().left());
            }
            json.writeNumberField("migrated", closing.discarded().migrated());
            json.writeNumberField("half_open", closing.discarded().halfOpen());
        });
        queue(out, listener, 0, closing.endedNs());
    }

    @Override
    public void format(Text out, GivenUp client) {
        Track listener = track(out, client.listener().socket());
        if (listener == null) {
            return;
        }
        Endpoint end = client.connection().peer();
        Arguments peer = () -> addPeer(address(end), end);
        if (client.waitNs() < 0) {
            instant(out, "p", "gave up", client.atNs(), listener.id, peer);
        } else {
            slice(out, listener, "gave up", client.atNs(), client.waitNs(), peer);
        }
    }

    @Override
    public void lost(Text out, Losses losses, long atNs) {
        instant(out, "g", losses.events() + " events lost so far", atNs, FIRST_LISTENER - 1, () -> {});
    }

    /** Ends the array. A trace without its end can be read, too. */
    @Override
    public void summary(Text out, Run run, long atNs) {
        out.add('\n').add(']').add('\n');
    }

    /** Returns the track of a listener, and names a new one; null if the listener is unknown. */
    private @Nullable Track track(Text out, @Nullable KernelSocket socket) {
        if (socket == null) {
            return null;
        }
        Key key = new Key(socket.inode(), socket.local());
        Track known = listeners.get(key);
        if (known != null) {
            return known;
        }
        Track track = new Track(nextListener++);
        listeners.put(key, track);
        metadata(out, "process_name", track.id, track.id, "listener " + Names.listener(socket, false));
        return track;
    }

    private void named(Text out, int tgid, int tid, byte[] processComm, byte[] threadComm) {
        if (!Arrays.equals(processes.put(tgid, processComm), processComm)) {
            metadata(out, "process_name", tgid, tgid, JsonSockets.string(processComm));
        }
        if (!Arrays.equals(threads.put(tid, threadComm), threadComm)) {
            metadata(out, "thread_name", tgid, tid, JsonSockets.string(threadComm));
        }
    }

    private void metadata(Text out, String what, int pid, int tid, String name) {
        event(out, "M", what, 0, pid, tid, () -> arguments(() -> json.writeStringField("name", name)));
    }

    /** {@code scope}: "g" for the whole trace, "p" for a process. */
    private void instant(Text out, String scope, String name, long atNs, int pid, Arguments more) {
        event(out, "i", name, atNs, pid, pid, () -> {
            json.writeStringField("s", scope);
            arguments(more);
        });
    }

    private void arguments(Arguments fields) throws IOException {
        json.writeObjectFieldStart("args");
        fields.write();
        json.writeEndObject();
    }

    private void event(Text out, String phase, String name, long atNs, int pid, int tid, Arguments more) {
        out.add(first ? "" : ",\n");
        first = false;
        text.appendTo(out);
        try {
            json.writeStartObject();
            json.writeStringField("ph", phase);
            json.writeStringField("name", name);
            micros("ts", atNs);
            json.writeNumberField("pid", pid);
            json.writeNumberField("tid", tid);
            more.write();
            json.writeEndObject();
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void micros(String field, long nanos) throws IOException {
        json.writeFieldName(field);
        number.clear();
        json.writeNumber(number.padded(Math.max(0, nanos) / 1000, 1)
                .add('.')
                .padded(Math.max(0, nanos) % 1000, 3)
                .toString());
    }
}
