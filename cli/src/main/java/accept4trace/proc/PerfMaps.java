package accept4trace.proc;

import accept4trace.bounded.BoundedMap;
import accept4trace.bounded.WaitBudget;
import accept4trace.event.StackFrame;
import accept4trace.proc.PerfMapReader.Symbol;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the names of JIT-compiled functions in perf map files. Traced processes write these files for perf(1), e.g.
 * Node with its option --perf-basic-prof, or Java on request of jcmd. The files are untrusted and can be large. Each
 * lookup scans the whole file for the wanted addresses, and keeps nothing else.
 *
 * <p>Files are read in the background. The caller spends at most a tenth of its time waiting for them. Names that
 * arrive too late are used for later stacks.
 */
public final class PerfMaps {
    private static final long MAX_BYTES = 32 << 20;
    /** Each entry takes at most about 700 bytes. */
    private static final int MAX_KNOWN = 2048;

    private static final int MAX_PENDING = 16;
    /** Entries expire, because code moves, and because a function can get a name later. */
    private static final long TTL_NS = 1_000_000_000L;
    /** The longest single wait of the caller. */
    private static final long MAX_WAIT_NS = 100_000_000;

    private final Processes processes;
    private final Opener opener;
    private final Executor background;
    private final LongSupplier clock;
    private final Queue<Request> pending = new ArrayDeque<>();
    private final Map<Place, Found> known = new BoundedMap<>(MAX_KNOWN);

    private final WaitBudget waitBudget;

    /** Opens untrusted files of processes. */
    public interface Opener {
        /**
         * Opens a regular file below the root directory of a process.
         *
         * @param path path without a leading slash
         * @param user required owner
         * @param most maximum size in bytes
         * @throws FileSystemException if the file is missing, is not regular, is too large, or has another owner or
         *     several hard links. Also thrown if its file system is not known to be local, e.g. NFS, FUSE or proc. Only
         *     in this case, the exception's reason is the name of the file system.
         */
        InputStream open(int tgid, String path, int user, long most) throws IOException;
    }

    private record Place(int tgid, long address) {}

    /**
     * A cached result.
     *
     * @param symbol null if the address has none
     * @param unread name of the file system if the perf map was not read because of it; else null
     */
    private record Found(@Nullable Symbol symbol, @Nullable String unread, long atNs) {}

    /** The result of searching a perf map for some addresses. */
    private record Answer(Map<Long, Symbol> symbols, @Nullable String unread) {}

    private record Request(int tgid, List<Long> addresses, CompletableFuture<Answer> answer) {}

    public PerfMaps(Processes processes, Opener opener, Executor background) {
        this(processes, opener, background, System::nanoTime);
    }

    /**
     * @param clock returns nanoseconds
     */
    PerfMaps(Processes processes, Opener opener, Executor background, LongSupplier clock) {
        this.processes = processes;
        this.opener = opener;
        this.background = background;
        this.clock = clock;
        this.waitBudget = new WaitBudget(MAX_WAIT_NS, 0, clock);
    }

    /** Returns the frames. Frames without a file get the names that the perf map of the process has for them. */
    public List<StackFrame> named(int tgid, List<StackFrame> frames) {
        takeAnswers();
        long now = clock.getAsLong();
        List<Long> wanted = frames.stream()
                .filter(frame -> frame.path() == null)
                .map(StackFrame::address)
                .filter(address -> isUnknown(new Place(tgid, address), now))
                .distinct()
                .toList();
        if (!wanted.isEmpty() && pending.size() < MAX_PENDING && ask(tgid, wanted, now)) {
            waitBudget.await(CompletableFuture.allOf(
                    pending.stream().map(Request::answer).toArray(CompletableFuture[]::new)));
            takeAnswers();
        }
        return frames.stream().map(frame -> named(tgid, frame)).collect(Collectors.toList());
    }

    private boolean isUnknown(Place place, long now) {
        Found found = known.get(place);
        return found == null || now - found.atNs >= TTL_NS;
    }

    private StackFrame named(int tgid, StackFrame frame) {
        Found found = frame.path() == null ? known.get(new Place(tgid, frame.address())) : null;
        if (found == null) {
            return frame;
        }
        Symbol symbol = found.symbol;
        return new StackFrame(
                frame.address(),
                frame.fileOffset(),
                null,
                symbol == null ? null : symbol.name(),
                symbol == null ? 0 : frame.address() - symbol.start(),
                found.unread == null ? frame.unread() : found.unread);
    }

    /**
     * Starts a lookup. Expired names are used until the lookup is done.
     *
     * @return false if the background executor rejects it
     */
    private boolean ask(int tgid, List<Long> addresses, long now) {
        try {
            pending.add(new Request(
                    tgid, addresses, CompletableFuture.supplyAsync(() -> find(tgid, addresses), background)));
        } catch (RejectedExecutionException e) {
            return false;
        }
        for (long address : addresses) {
            Found old = known.get(new Place(tgid, address));
            known.put(
                    new Place(tgid, address),
                    old == null ? new Found(null, null, now) : new Found(old.symbol, old.unread, now));
        }
        return true;
    }

    private void takeAnswers() {
        long now = clock.getAsLong();
        while (!pending.isEmpty() && pending.element().answer.isDone()) {
            Request request = pending.remove();
            if (!request.answer.isCompletedExceptionally()) {
                Answer answer = request.answer.join();
                request.addresses.forEach(address -> known.put(
                        new Place(request.tgid, address), new Found(answer.symbols.get(address), answer.unread, now)));
            }
        }
    }

    private Answer find(int tgid, List<Long> addresses) {
        Map<Long, Symbol> found = new HashMap<>();
        try (InputStream in = new BufferedInputStream(
                opener.open(tgid, processes.perfMap(tgid), processes.effectiveUser(tgid), MAX_BYTES))) {
            PerfMapReader reader = new PerfMapReader(in, addresses);
            for (Symbol symbol = reader.next(); symbol != null; symbol = reader.next()) {
                for (long address : reader.matches()) {
                    found.put(address, symbol);
                }
            }
        } catch (FileSystemException e) {
            String reason = e.getReason();
            return new Answer(found, reason == null || reason.isEmpty() ? null : reason);
        } catch (IOException e) {
            // Keep the names found before the error.
        }
        return new Answer(found, null);
    }
}
