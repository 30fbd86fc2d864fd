package accept4trace.view;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.Losses;
import accept4trace.text.Text;

/** The live view without a terminal: it computes the lines of its screen, but does not print them. */
public final class CrowdedView {
    private static final long SECOND = 1_000_000_000L;
    private static final int EACH = 20_000;

    private final Recorder recorder = new Recorder(0);
    private final Frame frame = new Frame(Text.Style.PLAIN_ASCII, "crowd", "none");
    private final Controls controls = new Controls();
    /** The first snapshot. Its lines are computed again each second, as if the view had been paused. */
    private Snapshot first;

    private int added;
    private long now;

    public void add(Call call) {
        recorder.add(call);
        if (call instanceof AcceptCall && ++added % EACH == 0) {
            draw();
        }
    }

    private void draw() {
        now += SECOND;
        Snapshot latest = recorder.endSecond(now, Losses.NONE, "");
        first = first == null ? latest : first;
        frame.lines(first, controls, 200, 50);
        frame.lines(latest, controls, 200, 50);
    }
}
