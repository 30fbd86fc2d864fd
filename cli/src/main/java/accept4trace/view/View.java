package accept4trace.view;

import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.UnixRefusal;
import accept4trace.summary.Statistics;
import java.util.function.Consumer;

/** Counts calls and redraws the statistics every second and after each key. Times are CLOCK_MONOTONIC. */
public final class View {
    private static final int MESSAGE_SECONDS = 10;

    private final Screen screen;
    private final Frame frame;
    private final Controls controls = new Controls();
    private final Recorder recorder;
    private Snapshot shown;
    private String message = "";
    private int messageSeconds;

    public View(Screen screen, Frame frame, long nowNs) {
        this.screen = screen;
        this.frame = frame;
        this.recorder = new Recorder(nowNs);
        this.shown = recorder.snapshot(nowNs, 0, Losses.NONE, message);
    }

    public void begin() {
        screen.begin();
        show(false);
    }

    /** Sets which refused connections, and which resets by closed listeners, are added. */
    public void begin(FamilyCoverage refusals, FamilyCoverage closings) {
        recorder.begin(refusals, closings);
    }

    /** {@code isNew}: whether the packet is the first of an attempt to connect. */
    public void add(Refusal refusal, boolean isNew) {
        recorder.add(refusal, isNew);
    }

    public void add(UnixRefusal refusal) {
        recorder.add(refusal);
    }

    public void add(Closing closing) {
        recorder.add(closing);
    }

    public void add(Call call) {
        recorder.add(call);
    }

    /** Shows a message for some seconds, or until the next one. */
    public void showMessage(String line) {
        message = line;
        messageSeconds = MESSAGE_SECONDS;
    }

    /** The time until the next redraw. */
    public long remainingNs(long nowNs) {
        return screen.hasNewSize() ? 0 : recorder.remainingNs(nowNs);
    }

    /**
     * Redraws the screen, with new numbers if the current second is over.
     *
     * @param queues adds the accept queues of the latest snapshot
     */
    public void tick(long nowNs, Losses losses, Consumer<Statistics> queues) {
        if (recorder.remainingNs(nowNs) == 0) {
            recorder.setQueues(queues);
            Snapshot latest = recorder.endSecond(nowNs, losses, messageSeconds-- > 0 ? message : "");
            shown = controls.isPaused() ? shown : latest;
        }
        show(false);
    }

    /** Handles the typed keys. Returns false if one of them ends the view. */
    public boolean handleKeys(long nowNs) {
        String typed = screen.typed();
        if (typed == null) {
            return false;
        }
        boolean repaint = false;
        for (char character : Controls.withoutEscapes(typed).toCharArray()) {
            Key key = controls.press(character);
            if (key == Key.QUIT) {
                return false;
            }
            if (key == Key.ZERO) {
                zero(nowNs);
            }
            repaint |= key == Key.REPAINT;
        }
        show(repaint);
        return true;
    }

    private void zero(long nowNs) {
        recorder.clear(nowNs);
        shown = recorder.snapshot(nowNs, 0, shown.losses(), message);
    }

    private void show(boolean repaint) {
        screen.show(frame, shown, controls, repaint);
    }
}
