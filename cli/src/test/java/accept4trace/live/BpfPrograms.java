package accept4trace.live;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds BPF programs, maps and links in the kernel. */
final class BpfPrograms {
    private static final Pattern HELD = Pattern.compile("(?m)^prog_id:\\s*(\\d+)$");
    private static final Pattern LOADED = Pattern.compile("^(\\d+): ");

    private BpfPrograms() {}

    /** Returns the ids of the programs for which a process has descriptors. */
    static List<String> heldBy(long pid) {
        return Proc.descriptors(pid).stream()
                .flatMap(text -> ids(HELD, text))
                .distinct()
                .toList();
    }

    /** Returns the number of entries in the BPF map {@code map} that the process {@code pid} has open. */
    static long entriesOf(String map, long pid) {
        String script = "bpftool map show name \"$1\" | grep -o '^[0-9]*' | while read -r id; do"
                + " if grep -qs \"^map_id:[[:space:]]*$id$\" /proc/\"$2\"/fdinfo/*; then"
                + " bpftool map dump id \"$id\" -j | grep -o '\"key\":\\[' | wc -l; fi; done";
        try (Program dump = Program.bash(script, map, Long.toString(pid))) {
            return Long.parseLong(dump.out().awaitEnd().get(0));
        }
    }

    /** Returns the machine's BPF programs, maps and links for which no process has a descriptor. */
    static Set<String> orphans() {
        Set<String> orphans = new HashSet<>();
        for (String kind : List.of("prog", "map", "link")) {
            try (Program bpftool = Program.start(Requirements.installed("bpftool"), List.of(kind, "show"))) {
                bpftool.out().awaitEnd().stream()
                        .flatMap(line -> ids(LOADED, line))
                        .forEach(id -> orphans.add(kind + "_id: " + id));
            }
        }
        orphans.removeAll(held());
        return orphans;
    }

    private static Set<String> held() {
        String script = "grep -Ehs '^(prog|map|link)_id:' /proc/[0-9]*/fdinfo/* | sort -u | tr '\\t' ' '";
        try (Program grep = Program.bash(script)) {
            return Set.copyOf(grep.out().awaitEnd());
        }
    }

    static boolean areGone(List<String> ids) {
        try (Program bpftool = Program.start(Requirements.installed("bpftool"), List.of("prog", "show"))) {
            return bpftool.out().awaitEnd().stream()
                    .flatMap(line -> ids(LOADED, line))
                    .noneMatch(ids::contains);
        }
    }

    private static Stream<String> ids(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1));
    }
}
