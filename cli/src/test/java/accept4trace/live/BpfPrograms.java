package accept4trace.live;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The BPF programs in the kernel, by their ids. */
final class BpfPrograms {
    private static final Pattern HELD = Pattern.compile("(?m)^prog_id:\\s*(\\d+)$");
    private static final Pattern LOADED = Pattern.compile("^(\\d+): ");

    private BpfPrograms() {}

    /** Those that a process has descriptors of. */
    static List<String> heldBy(long pid) {
        return Proc.descriptors(pid).stream()
                .flatMap(text -> ids(HELD, text))
                .distinct()
                .toList();
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
