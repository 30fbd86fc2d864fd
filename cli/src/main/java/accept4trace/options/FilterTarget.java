package accept4trace.options;

import accept4trace.text.Printable;
import java.util.ArrayList;
import java.util.List;

/** Filters that can take the place of a target: without -p, --read and a COMMAND, any of them implies --all. */
final class FilterTarget {
    private record Kind(Option option, String noun) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(Option.PORT, "port"),
            new Kind(Option.LISTENER, "listener"),
            new Kind(Option.COMM, "comm"),
            new Kind(Option.UID, "user"),
            new Kind(Option.CGROUP, "cgroup"),
            new Kind(Option.NETNS, "network namespace of"));

    private FilterTarget() {}

    static boolean isGiven(Given given) {
        return KINDS.stream().anyMatch(kind -> given.has(kind.option));
    }

    /** Returns e.g. "port 80, 443 and user www-data"; empty if there is no such filter. */
    static String describe(Given given) {
        List<String> parts = new ArrayList<>();
        for (Kind kind : KINDS) {
            if (given.has(kind.option)) {
                String values = String.join(", ", given.values(kind.option));
                parts.add(kind.noun + " " + Printable.argument(values));
            }
        }
        return String.join(" and ", parts);
    }
}
