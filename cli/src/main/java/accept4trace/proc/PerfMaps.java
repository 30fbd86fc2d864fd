package accept4trace.proc;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.StackFrame;
import accept4trace.proc.PerfMapReader.Symbol;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Names functions of JIT-compiled code by perf map files, which traced processes write for perf(1): Node with
 * --perf-basic-prof, Java with jcmd. The files are untrusted and can be large. Each lookup scans the whole file for the
 * wanted addresses, and keeps nothing else.
 *
 * <p>Files are read in the background. The caller waits for at most a tenth of its time. Names that arrive later are
 * used for later stacks.
 */
public final class PerfMaps {
    private static final long MAX_BYTES = 32 << 20;
    /** At most about 700 bytes each. */
    private static final int MAX_KNOWN = 2048;

    private static final int MAX_PENDING = 16;
    /** Entries expire, because code moves, and a function without a name may get one. */
    private static final long TTL_NS = 1_000_000_000L;
    /** The longest single wait of the caller. */
    private static final long MAX_WAIT_NS = 100_000_000;
    /** The caller waits for at most 1 / MAX_WAIT_SHARE of its time. */
    private static final int MAX_WAIT_SHARE = 10;

    private final Processes processes;
    private final Opener opener;
    private final Executor background;
    private final LongSupplier clock;
    private final Queue<Request> pending = new ArrayDeque<>();
    private final Map<Place, Found> known = new BoundedMap<>(MAX_KNOWN);

    private long waitBudgetNs = MAX_WAIT_NS;
    private long waitBudgetAtNs;

    /** Opens untrusted files of processes. */
    public interface Opener {
        /**
         * Opens a regular file below the root directory of a process.
         *
         * @param path path without a leading slash
         * @param user required owner, unless root owns the file
         * @param most maximum size in bytes
         * @throws IOException if the file is missing, or one of these conditions is not met
         */
        InputStream open(int tgid, String path, int user, long most) throws IOException;
    }

    private record Place(int tgid, long address) {}

    /**
     * A cached result.
     *
     * @param symbol null if the address has none
     */
    private record Found(@Nullable Symbol symbol, long atNs) {}

    private record Request(int tgid, List<Long> addresses, CompletableFuture<Map<Long, Symbol>> answer) {}

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
        this.waitBudgetAtNs = clock.getAsLong();
    }

    /** Returns the frames, with names added to frames without a file if the perf map of the process has them. */
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
            await();
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
        if (found == null || found.symbol == null) {
            return frame;
        }
        long offset = frame.address() - found.symbol.start();
        return new StackFrame(frame.address(), frame.fileOffset(), null, found.symbol.name(), offset);
    }

    /**
     * Starts a lookup. Expired names are used until it is done.
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
            known.put(new Place(tgid, address), new Found(old == null ? null : old.symbol, now));
        }
        return true;
    }

    private void await() {
        long start = clock.getAsLong();
        waitBudgetNs = Math.min(MAX_WAIT_NS, waitBudgetNs + (start - waitBudgetAtNs) / MAX_WAIT_SHARE);
        try {
            CompletableFuture.allOf(pending.stream().map(Request::answer).toArray(CompletableFuture[]::new))
                    .get(waitBudgetNs, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // The names may arrive later.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waitBudgetAtNs = clock.getAsLong();
        waitBudgetNs = Math.max(0, waitBudgetNs - (waitBudgetAtNs - start));
    }

    private void takeAnswers() {
        long now = clock.getAsLong();
        while (!pending.isEmpty() && pending.element().answer.isDone()) {
            Request request = pending.remove();
            if (!request.answer.isCompletedExceptionally()) {
                Map<Long, Symbol> found = request.answer.join();
                request.addresses.forEach(
                        address -> known.put(new Place(request.tgid, address), new Found(found.get(address), now)));
            }
        }
    }

    private Map<Long, Symbol> find(int tgid, List<Long> addresses) {
        Map<Long, Symbol> found = new HashMap<>();
        try (InputStream in = new BufferedInputStream(
                opener.open(tgid, processes.perfMap(tgid), processes.effectiveUser(tgid), MAX_BYTES))) {
            PerfMapReader reader = new PerfMapReader(in, addresses);
            for (Symbol symbol = reader.next(); symbol != null; symbol = reader.next()) {
                for (long address : reader.matches()) {
                    found.put(address, symbol);
                }
            }
        } catch (IOException e) {
            // Keep the names found before the error.
        }
        return found;
    }
}
