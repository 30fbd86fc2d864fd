package accept4trace.proc;

import accept4trace.event.StackFrame;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The files in which processes that make code at run time tell the names of its functions to perf(1): Node with
 * --perf-basic-prof, Java by jcmd. They can be large, and are the process's own: each is read through for the addresses
 * that are wanted, and nothing else of it is kept.
 */
public final class PerfMaps {
    private static final long MOST_BYTES = 32 << 20;
    private static final int MOST_KNOWN = 8192;
    /** Code moves, and what has no name yet may get one. */
    private static final long LIFE_NS = 1_000_000_000L;

    private final Processes processes;
    private final Map<Place, Found> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Found> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    private record Place(int tgid, long address) {}

    /** {@code symbol}: null where there is none. */
    private record Found(PerfMapReader.Symbol symbol, long atNs) {}

    public PerfMaps(Processes processes) {
        this.processes = processes;
    }

    /** The frames, those without a file with their functions' names as far as the process tells them. */
    public List<StackFrame> named(int tgid, List<StackFrame> frames) {
        long now = System.nanoTime();
        List<Long> wanted = frames.stream()
                .filter(frame -> frame.path() == null)
                .map(StackFrame::address)
                .filter(address -> isUnknown(new Place(tgid, address), now))
                .distinct()
                .toList();
        if (!wanted.isEmpty()) {
            Map<Long, PerfMapReader.Symbol> found = find(tgid, wanted);
            wanted.forEach(address -> known.put(new Place(tgid, address), new Found(found.get(address), now)));
        }
        return frames.stream().map(frame -> named(tgid, frame)).collect(Collectors.toList());
    }

    private boolean isUnknown(Place place, long now) {
        Found found = known.get(place);
        return found == null || now - found.atNs >= LIFE_NS;
    }

    private StackFrame named(int tgid, StackFrame frame) {
        Found found = frame.path() == null ? known.get(new Place(tgid, frame.address())) : null;
        if (found == null || found.symbol == null) {
            return frame;
        }
        long offset = frame.address() - found.symbol.start();
        return new StackFrame(frame.address(), frame.fileOffset(), null, found.symbol.name(), offset);
    }

    private Map<Long, PerfMapReader.Symbol> find(int tgid, List<Long> addresses) {
        Map<Long, PerfMapReader.Symbol> found = new HashMap<>();
        Path file = processes.perfMap(tgid);
        if (!isTrusted(tgid, file)) {
            return found;
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS))) {
            PerfMapReader reader = new PerfMapReader(in, addresses);
            while (reader.next()) {
                reader.matches().forEach(address -> found.put(address, reader.symbol()));
            }
        } catch (IOException e) {
            // What has been read is better than nothing.
        }
        return found;
    }

    /** A plain file of the process's own user, or of root: anybody can make files there. */
    private boolean isTrusted(int tgid, Path file) {
        try {
            Map<String, Object> attributes =
                    Files.readAttributes(file, "unix:uid,size,isRegularFile", LinkOption.NOFOLLOW_LINKS);
            int owner = (Integer) attributes.get("uid");
            return (owner == 0 || owner == processes.effectiveUser(tgid))
                    && (Boolean) attributes.get("isRegularFile")
                    && (Long) attributes.get("size") <= MOST_BYTES;
        } catch (IOException e) {
            return false;
        }
    }
}
