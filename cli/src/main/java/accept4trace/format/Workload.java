package accept4trace.format;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The container and systemd unit of a cgroup, derived from its path. Both have one character per byte.
 *
 * @param container short id (12 digits) or name of the innermost container; null if there is none
 * @param unit systemd service or scope in that container, or on the host; null if there is none
 */
public record Workload(@Nullable String container, @Nullable String unit) {
    static final Workload NONE = new Workload(null, null);

    /** Docker, Podman, containerd, CRI-O and tools based on them use the full container id in the cgroup's name. */
    private static final Pattern ID = Pattern.compile("(?:[\\w.@:-]+[-:])?(\\p{XDigit}{64})(?:\\.scope)?");

    private static final int SHORT_ID = 12;
    private static final String LXC = "lxc.payload.";
    /** The monitor process of a container runs outside of it, in a cgroup with a similar name. */
    private static final String MONITOR = "conmon";

    private static final List<String> UNIT_ENDS = List.of(".service", ".scope");

    /**
     * Returns the workload of a cgroup.
     *
     * @param path path in the unified hierarchy, raw bytes; null if unknown
     */
    static Workload of(byte @Nullable [] path) {
        if (path == null) {
            return NONE;
        }
        String[] names = new String(path, StandardCharsets.ISO_8859_1).split("/", -1);
        String unit = null;
        for (int i = names.length - 1; i >= 0; i--) {
            String container = container(names[i], i > 0 ? names[i - 1] : "");
            if (container != null) {
                return new Workload(container, unit);
            }
            if (unit == null && isUnit(names[i])) {
                unit = names[i];
            }
        }
        return unit == null ? NONE : new Workload(null, unit);
    }

    private static @Nullable String container(String name, String parent) {
        Matcher id = ID.matcher(name);
        if (id.matches() && !name.contains(MONITOR)) {
            return id.group(1).substring(0, SHORT_ID);
        }
        if (name.startsWith(LXC)) {
            return name.substring(LXC.length());
        }
        return parent.equals("lxc") && !name.isEmpty() ? name : null;
    }

    private static boolean isUnit(String name) {
        return UNIT_ENDS.stream().anyMatch(end -> name.endsWith(end) && name.length() > end.length());
    }
}
