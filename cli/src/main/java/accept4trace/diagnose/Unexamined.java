package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.Coverage;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.KernelSocket;
import accept4trace.event.Losses;
import accept4trace.queue.QueueReport;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collects what a diagnosis could not examine, so that the absence of a finding proves nothing. */
final class Unexamined {
    private static final Hint SEE_CHECK = new Hint(
            "--check shows which hooks this kernel allows; --fail-on can name other findings",
            "the recording does not contain it; --fail-on can name other findings");
    private static final Hint EXCLUDE = new Hint(
            "exclude it with -p, --port, --listener or --family", "exclude it with --port, --listener or --family");
    private static final Hint FEWER =
            new Hint("select fewer with -p, --port or --listener", "select fewer with --port or --listener");
    private static final Hint LARGER_BUFFER =
            new Hint("a larger --buffer holds longer bursts", "record it with a larger --buffer");
    private static final Hint AFTER_SKIPS = new Hint(
            "run it again: the kernel skipped BPF programs", "record it again: the kernel skipped BPF programs");
    private static final Hint UNKNOWN_HOLDERS = new Hint(
            "run it again: the listener of some refused clients or its holder is unknown",
            "record it again: the listener of some refused clients or its holder is unknown");

    /** The kinds that depend on the snapshots of the accept queues. */
    private static final Set<Kind> BY_QUEUE = EnumSet.of(Kind.STUCK, Kind.REFUSED, Kind.FILLING);
    /** The kinds for which a single call can be a finding, so that one missing call can hide it. */
    private static final Set<Kind> BY_ONE_CALL =
            EnumSet.of(Kind.EMFILE, Kind.ENFILE, Kind.LOST, Kind.SLOW, Kind.IO_URING);
    /** The kinds for which a single event can be a finding, so that one lost event can hide it. */
    private static final Set<Kind> BY_ONE_EVENT =
            EnumSet.of(Kind.EMFILE, Kind.ENFILE, Kind.LOST, Kind.CLOSED, Kind.SLOW, Kind.IO_URING);
    /** The kinds that are about processes rather than listeners. */
    private static final Set<Kind> BY_PROCESS =
            EnumSet.of(Kind.EMFILE, Kind.ENFILE, Kind.BLOCKING, Kind.SPIN, Kind.CLOEXEC, Kind.IO_URING);

    private final Observations seen;
    private final Visibility visibility;
    private final List<Undecided> causes = new ArrayList<>();

    /**
     * What to do.
     *
     * @param live in a trace
     * @param recorded for a recording
     */
    private record Hint(String live, String recorded) {}

    /** {@code listener}: null if nobody has accepted or waited there. */
    private record Place(KernelSocket socket, long netns, @Nullable ObservedListener listener) {
        String name() {
            return Check.name(socket);
        }

        boolean isUnix() {
            return socket.local() instanceof Unix;
        }

        /** Returns whether the listener may have caused refusals that only a counter of all listeners shows. */
        boolean isSuspicious() {
            return listener != null && (listener.drops > 0 || AcceptQueue.isFilling(listener));
        }
    }

    /**
     * Why listeners may have refused clients that were not seen.
     *
     * @param byHooks see {@link Undecided}
     * @param counter what the counter of all refusals shows, for a notice; empty if there is none
     */
    private record UnseenRefusals(boolean byHooks, String counter, Hint hint) {}

    private Unexamined(Observations seen, Visibility visibility) {
        this.seen = seen;
        this.visibility = visibility;
    }

    /** Call this at the end of a run. */
    static List<Undecided> of(Observations seen, Visibility visibility) {
        Unexamined unexamined = new Unexamined(seen, visibility);
        unexamined.addQueues();
        unexamined.addHooks();
        unexamined.addSkipped();
        unexamined.addRefusals();
        unexamined.addClosings();
        unexamined.addTimes();
        unexamined.addFiles();
        unexamined.addForgotten();
        return List.copyOf(unexamined.causes);
    }

    private void add(Set<Kind> kinds, String why, Hint hint) {
        causes.add(new Undecided(kinds, false, why, hint.live(), hint.recorded()));
    }

    /** Adds something that the hooks do not show. */
    private void addUnseen(Kind kind, String why) {
        causes.add(new Undecided(EnumSet.of(kind), true, why, SEE_CHECK.live(), SEE_CHECK.recorded()));
    }

    /** Adds what the hooks do not show about some listeners, if there are any. */
    private void addUnseen(Kind kind, String what, Collection<String> listeners, String how) {
        if (!listeners.isEmpty()) {
            addUnseen(kind, what + Check.list(listeners) + how);
        }
    }

    private void addQueues() {
        QueueReport queues = seen.queues();
        if (queues.failure() != null) {
            add(
                    BY_QUEUE,
                    "the accept queues are unknown (" + queues.failure() + ")",
                    new Hint(
                            "--queue --fail-on=stuck examines only the queues, without a time limit",
                            "a later part of the recording may show them: omit TIME or --duration, or make it longer"));
        }
        if (queues.forgotten() > 0) {
            add(BY_QUEUE, Units.plural(queues.forgotten(), "socket was", "sockets were") + " not examined", FEWER);
        }
        if (!StuckListeners.undecided(seen).isEmpty()) {
            add(
                    EnumSet.of(Kind.STUCK),
                    "clients wait, and the run was too short",
                    new Hint("run for two seconds or longer", "read or record two seconds or longer"));
        }
        List<String> unknown = UnknownQueues.of(seen);
        if (!unknown.isEmpty()) {
            add(EnumSet.of(Kind.STUCK), "how long connections wait on " + Check.list(unknown) + " is unknown", EXCLUDE);
        }
        List<String> withoutLength = queues.queues().stream()
                .filter(state -> state.queue().waiting() < 0)
                .map(state -> Check.name(state.queue().socket()))
                .distinct()
                .toList();
        if (!withoutLength.isEmpty()) {
            add(
                    EnumSet.of(Kind.FILLING),
                    "the length of the accept queue of " + Check.list(withoutLength) + " is unknown",
                    EXCLUDE);
        }
    }

    private void addHooks() {
        if (!visibility.lostConnections()) {
            addUnseen(Kind.LOST, "these hooks do not show lost connections");
        }
        if (!visibility.everyAccept()) {
            addUnseen(Kind.IO_URING, "these hooks do not show accepts by io_uring");
        }
        long lost = visibility.losses().events();
        if (lost > 0) {
            add(BY_ONE_EVENT, Units.plural(lost, "event was", "events were") + " lost", LARGER_BUFFER);
        }
    }

    private void addSkipped() {
        Losses.Skipped skipped = visibility.losses().skipped();
        addSkipped(BY_ONE_CALL, skipped.calls(), "call is missing", "calls are missing");
        addSkipped(
                EnumSet.of(Kind.CLOSED),
                skipped.closings(),
                "closed listener is missing",
                "closed listeners are missing");
        addSkipped(
                EnumSet.of(Kind.TURNED_AWAY),
                skipped.turnedAway(),
                "client turned away is not counted",
                "clients turned away are not counted");
        addSkipped(
                EnumSet.allOf(Kind.class),
                skipped.children(),
                "child process was not followed",
                "child processes were not followed");
    }

    /** {@code atMost}: an upper bound, because the kernel counts skipped programs for all processes together. */
    private void addSkipped(Set<Kind> kinds, long atMost, String one, String many) {
        if (atMost > 0) {
            add(kinds, "at most " + Units.plural(atMost, one, many), AFTER_SKIPS);
        }
    }

    private void addRefusals() {
        Map<UnseenRefusals, Set<String>> listeners = new LinkedHashMap<>();
        for (Place place : places()) {
            boolean allSeen = seen.refusals().of(place.socket()) == Coverage.ALL;
            UnseenRefusals cause = allSeen ? null : unseenRefusals(place);
            if (cause != null) {
                listeners
                        .computeIfAbsent(cause, unseen -> new LinkedHashSet<>())
                        .add(place.name());
            }
        }
        listeners.forEach((cause, names) -> causes.add(new Undecided(
                EnumSet.of(Kind.REFUSED),
                cause.byHooks(),
                "not all refused connections are seen on " + Check.list(names) + cause.counter(),
                cause.hint().live(),
                cause.hint().recorded())));
    }

    /** Returns why a listener may have refused clients that were not seen; null if it has not. */
    private @Nullable UnseenRefusals unseenRefusals(Place place) {
        boolean shown = visibility.refusals().of(place.socket()) == Coverage.ALL;
        Hint hint = shown ? missedRefusals(place) : SEE_CHECK;
        if (hint == null) {
            return null;
        }
        if (place.isUnix()) {
            return new UnseenRefusals(!shown, "", hint);
        }
        long overflows = seen.overflows(place.netns());
        if (overflows == 0) {
            return null;
        }
        boolean byHooks = !shown && overflows > 0 && !place.isSuspicious();
        String change = overflows < 0 ? "is unknown" : "has grown";
        return new UnseenRefusals(byHooks, ", and ListenOverflows of the network namespace " + change, hint);
    }

    /**
     * Returns what to do if refusals were missed although the hooks show them; null if none were. A packet that did not
     * count as an attempt is not missing: it proves that its listener has refused a client.
     */
    private @Nullable Hint missedRefusals(Place place) {
        Losses losses = visibility.losses();
        if (losses.events() > 0) {
            return LARGER_BUFFER;
        }
        if (losses.skipped().refusals() > 0) {
            return AFTER_SKIPS;
        }
        Losses.Uncounted uncounted = losses.uncounted();
        return (place.isUnix() ? uncounted.unixConnects() : uncounted.packets()) > 0 ? UNKNOWN_HOLDERS : null;
    }

    /** Returns the TCP and AF_UNIX listeners that were used, or are held at the end. */
    private List<Place> places() {
        Stream<Place> used =
                seen.listeners().stream().map(listener -> new Place(listener.socket, listener.netns, listener));
        Stream<Place> held = seen.queues().queues().stream()
                .map(state -> new Place(state.queue().socket(), state.queue().netns(), seen.listenerOf(state)));
        return Stream.concat(used, held)
                .filter(place -> place.isUnix() || place.socket().local() instanceof Ip)
                .toList();
    }

    private void addClosings() {
        Set<String> unseen = places().stream()
                .filter(place -> visibility.closings().of(place.socket()) != Coverage.ALL)
                .map(Place::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        addUnseen(Kind.CLOSED, "these hooks do not show when ", unseen, " is closed");
        if (seen.closings().forgotten() > 0) {
            add(
                    EnumSet.of(Kind.CLOSED),
                    Units.plural(seen.closings().forgotten(), "closed listener was", "closed listeners were")
                            + " not examined",
                    FEWER);
        }
    }

    private void addTimes() {
        addUnknown(Kind.SLOW, "most waits on ", listener -> isMost(listener.unknownWaits, listener.waits.count()));
        addUnknown(
                Kind.LATE_HANDSHAKE,
                "most handshakes on ",
                listener -> isMost(listener.unknownHandshakes, listener.handshakes));
    }

    private void addUnknown(Kind kind, String what, Predicate<ObservedListener> isUnknown) {
        List<String> names = seen.listeners().stream()
                .filter(isUnknown)
                .map(listener -> Check.name(listener.socket))
                .toList();
        addUnseen(kind, what, names, " are unknown");
    }

    private static boolean isMost(long unknown, long known) {
        return unknown > 0 && unknown >= known;
    }

    private void addFiles() {
        addUnreadable(Kind.CLOEXEC, process -> process.withoutCloexec.accepted > 0);
        addUnreadable(Kind.BLOCKING, process -> process.blocking.accepted > 0);
    }

    private void addUnreadable(Kind kind, Predicate<ObservedProcess> needed) {
        List<String> unreadable = Program.of(seen, process -> process.unreadable && needed.test(process))
                .map(Program::name)
                .toList();
        if (!unreadable.isEmpty()) {
            add(
                    EnumSet.of(kind),
                    "the open files of " + Check.list(unreadable) + " are unreadable",
                    new Hint("run it as root, or with CAP_SYS_PTRACE", "record it as root, or with CAP_SYS_PTRACE"));
        }
    }

    private void addForgotten() {
        if (seen.forgottenListeners() > 0) {
            add(
                    EnumSet.complementOf(EnumSet.copyOf(BY_PROCESS)),
                    Units.plural(seen.forgottenListeners(), "listener was", "listeners were") + " not examined",
                    FEWER);
        }
        if (seen.forgottenProcesses() > 0) {
            add(
                    BY_PROCESS,
                    Units.plural(seen.forgottenProcesses(), "process was", "processes were") + " not examined",
                    FEWER);
        }
        long children = visibility.losses().children();
        if (children > 0) {
            add(
                    EnumSet.allOf(Kind.class),
                    Units.plural(children, "child process was", "child processes were") + " not followed",
                    new Hint("trace fewer processes", "record fewer processes"));
        }
        boolean nothing = seen.processes().isEmpty()
                && seen.listeners().isEmpty()
                && seen.closings().addresses().isEmpty()
                && seen.queues().queues().isEmpty();
        if (nothing) {
            add(
                    EnumSet.allOf(Kind.class),
                    seen.queues().failure() == null
                            ? "there was no call, and there is no listener"
                            : "there was no call, and the listeners are unknown",
                    new Hint(
                            "check that the server runs, and that the filters match it",
                            "check that the filters match the recorded server"));
        }
    }
}
