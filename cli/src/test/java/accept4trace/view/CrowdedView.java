package accept4trace.view;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.Losses;
import accept4trace.text.Text;

/** The live view without a terminal: it draws, but shows nothing. */
public final class CrowdedView {
    private static final long SECOND = 1_000_000_000L;
    private static final int EACH = 20_000;

    private final Recorder recorder = new Recorder(0);
    private final Frame frame = new Frame(Text.Style.PLAIN_ASCII, "crowd", "none");
    private final Controls controls = new Controls();
    /** The snapshot of a paused view. */
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
