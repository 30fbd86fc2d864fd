package accept4trace.recording;

import accept4trace.event.EventLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The circumstances of a recording: a list of names and values, both in UTF-8. Readers ignore names that they do not
 * know, and names can be missing.
 */
public final class Header {
    /** Version of the tool that has written the recording. */
    public static final String TOOL = "tool";
    /** Hash of the layout of records, in hexadecimal. */
    static final String LAYOUT = "layout";
    /** Byte order of records. */
    static final String BYTE_ORDER = "byte_order";
    /** CLOCK_MONOTONIC at the start of the trace, in nanoseconds. */
    static final String START = "start_ns";
    /** CLOCK_REALTIME minus CLOCK_MONOTONIC at the first tick, in nanoseconds. */
    static final String OFFSET = "offset_ns";

    public static final String HOST = "host";
    public static final String BOOT = "boot";
    public static final String KERNEL = "kernel";
    /** Inode of the network namespace of the tool. */
    public static final String NETNS = "netns";
    /** The hooks in use: a name of {@link accept4trace.capture.Probe}. */
    public static final String PROBE = "probe";
    /** Whether accepts other than native system calls were seen: "yes" or "no". */
    public static final String SEES_EVERY_ACCEPT = "sees_every_accept";
    /** Why the best hooks are not in use. */
    public static final String HOOKS_NOTE = "hooks_note";
    /** The kinds of calls that were traced, e.g. "accept4,accept". */
    public static final String CALLS = "calls";
    /** What was traced, as in the start notice. */
    public static final String TARGETS = "targets";
    /** Whether every process was traced: "yes" or "no". */
    public static final String ALL = "all";
    /** Whether call stacks were recorded: "yes" or "no". */
    public static final String STACKS = "stacks";
    /** Whether host names were recorded: "yes" or "no". */
    public static final String NAMES = "names";
    /** Whether each snapshot during the trace contains threads: "yes" or "no". */
    public static final String THREADS = "threads";
    /** Whether everything that a diagnosis needs was recorded: "yes" or "no". */
    public static final String DIAGNOSIS = "diagnosis";

    /**
     * Which refused TCP connections were seen, even if {@link #CALLS} does not contain these, as with
     * --trigger=refused: a name of {@link accept4trace.event.Coverage}.
     */
    public static final String REFUSALS = "refusals";
    /** Which refused AF_UNIX connects were seen: a name of {@link accept4trace.event.Coverage}. */
    public static final String UNIX_REFUSALS = "unix_refusals";
    /** Which resets by closed TCP listeners were seen: a name of {@link accept4trace.event.Coverage}. */
    public static final String CLOSINGS = "closings";
    /** Which resets by closed AF_UNIX listeners were seen: a name of {@link accept4trace.event.Coverage}. */
    public static final String UNIX_CLOSINGS = "unix_closings";
    /**
     * Whether refused connections were recorded for every listener, no matter which process holds it: "yes" or "no".
     */
    public static final String ANY_LISTENER = "any_listener";

    private static final String YES = "yes";
    private static final int MAX_ENTRIES = 1000;

    private final Map<String, String> values = new LinkedHashMap<>();

    /** Creates a header for the layout of this program. */
    public Header() {
        set(LAYOUT, layout());
        set(BYTE_ORDER, ByteOrder.nativeOrder().toString());
    }

    private Header(ByteReader in) throws DamagedException {
        for (int left = in.number(MAX_ENTRIES); left > 0; left--) {
            String name = in.text();
            String value = in.text();
            if (name == null || value == null) {
                throw new DamagedException();
            }
            values.put(name, value);
        }
    }

    private static String layout() {
        return Long.toHexString(EventLayout.HASH);
    }

    /** Reads the header, and checks whether this program can decode the records. */
    static Header read(byte[] block) throws RecordingException {
        Header header;
        try {
            header = new Header(new ByteReader(block));
            if (!header.hasTime(START) || !header.hasTime(OFFSET)) {
                throw new DamagedException();
            }
        } catch (DamagedException e) {
            throw new RecordingException("its header is damaged", "nothing can be read without the header");
        }
        if (!header.get(LAYOUT).equals(layout())) {
            throw new RecordingException(
                    "it was written by accept4-trace " + header.get(TOOL) + ", whose records have another layout",
                    "read it with the version of accept4-trace that wrote it");
        }
        if (!header.get(BYTE_ORDER).equals(ByteOrder.nativeOrder().toString())) {
            throw new RecordingException(
                    "it was written on a machine with another byte order", "read it on a machine like that one");
        }
        return header;
    }

    private boolean hasTime(String name) {
        return number(name) >= 0 && number(name) <= RecordingFormat.MAX_TIME_NS;
    }

    byte[] toBytes() {
        ByteWriter out = new ByteWriter();
        out.number(values.size());
        values.forEach((name, value) -> out.text(name).text(value));
        return out.toBytes();
    }

    public Header set(String name, String value) {
        values.put(name, value);
        return this;
    }

    public Header set(String name, Enum<?> value) {
        return set(name, word(value));
    }

    /** Returns the value that represents a constant. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    public Header set(String name, boolean value) {
        return set(name, value ? YES : "no");
    }

    /** Returns a value; empty if it is missing. */
    public String get(String name) {
        return values.getOrDefault(name, "");
    }

    public boolean is(String name) {
        return get(name).equals(YES);
    }

    /** Returns a value; 0 if it is missing or not a number. */
    public long number(String name) {
        try {
            return Long.parseLong(get(name));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
