package accept4trace.report;

import accept4trace.capture.OperatingSystem;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.UnixRefusal;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueSampler;
import accept4trace.session.Observer;
import accept4trace.summary.Run;
import accept4trace.text.Printable;
import accept4trace.text.Units;
import accept4trace.view.Frame;
import accept4trace.view.Screen;
import accept4trace.view.View;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows statistics on the full screen. Meanwhile, notices appear there instead of on stderr. */
public final class LiveView implements Observer {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;

    private final View view;
    private final Screen screen;
    private final QueueSampler queues;
    private final Notices notices;
    private final LongSupplier clock;

    /** Takes over the terminal. */
    public LiveView(Screen screen, Frame frame, QueueSampler queues, Notices notices, LongSupplier clock) {
        this.view = new View(screen, frame, clock.getAsLong());
        this.screen = screen;
        this.queues = queues;
        this.notices = notices;
        this.clock = clock;
        view.begin();
        notices.hold(view::showMessage);
    }

    /** Opens the terminal. Fails if there is none, or if it is too small or lacks a required capability. */
    public static Screen openScreen(OperatingSystem system, OutputStyle style) throws UserError {
        if (!system.isTerminal(STDIN) || !system.isTerminal(STDOUT)) {
            throw failure(
                    "--live requires a terminal on stdin and stdout",
                    "-c --interval 1s writes tables without a terminal");
        }
        if (!style.canMoveCursor()) {
            throw failure(
                    "--live requires cursor addressing, unavailable with TERM=" + Printable.ascii(style.terminal()),
                    "-c --interval 1s writes tables for any terminal");
        }
        try {
            return checkSize(Screen.open());
        } catch (IOException e) {
            throw failure(cannotUse(e), "-c --interval 1s writes tables that every terminal can show");
        } catch (UnsatisfiedLinkError e) {
            throw failure(cannotUse(e), "install it again with install.sh");
        }
    }

    private static String cannotUse(Throwable failure) {
        return "cannot use the terminal: " + Printable.ascii(String.valueOf(failure.getMessage()));
    }

    private static Screen checkSize(Screen screen) throws UserError {
        if (screen.columns() >= Frame.MIN_COLUMNS && screen.rows() >= Frame.MIN_ROWS) {
            return screen;
        }
        throw failure(
                "the terminal is too small for --live: " + Units.plural(screen.columns(), "column", "columns") + " and "
                        + Units.plural(screen.rows(), "line", "lines"),
                "make it " + Frame.MIN_COLUMNS + " columns wide and " + Frame.MIN_ROWS + " lines high");
    }

    private static UserError failure(String what, String hint) {
        return new UserError(ExitStatus.FAILURE, what, hint);
    }

    @Override
    public void begin(FamilyCoverage refusals, FamilyCoverage closings) {
        view.begin(refusals, closings);
    }

    @Override
    public void add(UnixRefusal refusal) {
        view.add(refusal);
    }

    @Override
    public void add(Closing closing) {
        view.add(closing);
    }

    @Override
    public void add(Refusal refusal, boolean isNew) {
        view.add(refusal, isNew);
    }

    @Override
    public void add(Call call) {
        view.add(call);
    }

    @Override
    public long remainingNs(long nowNs) {
        return Math.min(view.remainingNs(nowNs), queues.remainingNs(nowNs));
    }

    @Override
    public @Nullable Run tick(long nowNs, Losses losses) {
        queues.tick(nowNs);
        if (view.remainingNs(nowNs) > 0) {
            return null;
        }
        QueueReport latest = queues.latest();
        view.tick(nowNs, losses, statistics -> QueueRows.set(statistics, latest == null ? List.of() : latest.queues()));
        return null;
    }

    @Override
    public boolean takeInput() {
        return view.handleKeys(clock.getAsLong());
    }

    @Override
    public Run end(long calls, Losses losses, long durationNs, long nowNs) {
        return new Run(calls, losses, durationNs, null);
    }

    @Override
    public void close() throws IOException {
        screen.close();
        notices.release();
    }
}
