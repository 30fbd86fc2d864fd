package accept4trace.targets;

import accept4trace.event.ListenerHolder;
import accept4trace.format.Names;
import accept4trace.proc.Processes;
import accept4trace.text.Units;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The processes whose silence is to be explained. */
interface SilenceScope {
    int SHOWN = 3;

    /** Returns whether to look at the listeners of a process, even if the process is not traced itself. */
    boolean concerns(ListenerHolder holder);

    boolean isTraced(ListenerHolder holder);

    /** Returns how a sentence names a process. */
    String name(ListenerHolder holder);

    /** Returns what to say if no process has a listener. */
    String withoutListener();

    /** Returns what to do about untraced holders of the same listener. {@code others}: their names by process id. */
    String advice(Map<Integer, String> others);

    /** Processes that the user has named, and their children. */
    final class Named implements SilenceScope {
        private final List<Integer> named;
        private final boolean follow;
        private final Processes processes;
        private final Set<Integer> descendants = new LinkedHashSet<>();

        /** {@code follow}: the children are traced, too. */
        Named(List<Integer> named, boolean follow, Processes processes) {
            this.named = named;
            this.follow = follow;
            this.processes = processes;
            named.forEach(this::addDescendants);
        }

        private void addDescendants(int tgid) {
            for (int child : processes.children(tgid)) {
                if (!named.contains(child) && descendants.add(child)) {
                    addDescendants(child);
                }
            }
        }

        @Override
        public boolean concerns(ListenerHolder holder) {
            return named.contains(holder.tgid()) || descendants.contains(holder.tgid());
        }

        @Override
        public boolean isTraced(ListenerHolder holder) {
            return named.contains(holder.tgid()) || (follow && descendants.contains(holder.tgid()));
        }

        @Override
        public String name(ListenerHolder holder) {
            return Integer.toString(holder.tgid());
        }

        @Override
        public String withoutListener() {
            return Units.firstOf(named.stream().map(String::valueOf).toList(), SHOWN)
                    + (named.size() == 1 ? " has" : " have")
                    + (named.stream().allMatch(processes::isGone) ? " ended" : " no listening socket");
        }

        @Override
        public String advice(Map<Integer, String> others) {
            String ids =
                    others.keySet().stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(","));
            return "; try " + (descendants.containsAll(others.keySet()) ? "-f, or -p " : "-p ") + ids;
        }
    }

    /**
     * The processes of the machine that pass the filters for callers.
     *
     * @param callers selects these processes
     * @param any whether neither callers nor listeners are filtered
     */
    record Machine(Predicate<ListenerHolder> callers, boolean any) implements SilenceScope {
        @Override
        public boolean concerns(ListenerHolder holder) {
            return callers.test(holder);
        }

        @Override
        public boolean isTraced(ListenerHolder holder) {
            return callers.test(holder);
        }

        @Override
        public String name(ListenerHolder holder) {
            return Names.comm(holder.comm()) + "[" + holder.tgid() + "]";
        }

        @Override
        public String withoutListener() {
            return any ? "no process has a listening socket" : "no listening socket matches the filters";
        }

        @Override
        public String advice(Map<Integer, String> others) {
            return others.size() == 1 ? ", but does not match the filters" : ", but do not match the filters";
        }
    }
}
