package accept4trace.action;

import accept4trace.capture.EventSource;
import accept4trace.capture.Snapshots;
import accept4trace.diagnose.ServerFacts;
import accept4trace.format.ProcessDetails;
import accept4trace.output.Notices;
import accept4trace.queue.ListenerHolders;
import accept4trace.queue.TraceSelection;
import accept4trace.recording.RecordedFacts;
import accept4trace.recording.RecordedHolders;
import accept4trace.recording.RecordedSnapshots;
import accept4trace.recording.RecordedSource;
import accept4trace.recording.Recorder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Wraps what a trace uses, so that a recorder sees all of it. Without a recorder, nothing is wrapped. */
record Taps(@Nullable Recorder recorder) {
    static final Taps NONE = new Taps(null);

    void recordNotices(Notices notices) {
        notices.recordTo(recorder == null ? notice -> {} : recorder::notice);
    }

    ProcessDetails details(ProcessDetails details) {
        return recorder == null ? details : recorder.recording(details);
    }

    LongSupplier offset(LongSupplier offset) {
        return recorder == null ? offset : recorder.recordingOffset(offset);
    }

    ServerFacts facts(ServerFacts facts) {
        return recorder == null ? facts : new RecordedFacts(facts, recorder);
    }

    EventSource source(EventSource source) {
        return recorder == null ? source : new RecordedSource(source, recorder);
    }

    ListenerHolders holders(ListenerHolders holders) {
        return recorder == null ? holders : new RecordedHolders(holders, recorder);
    }

    /** {@code source}: the result of {@link #source}. */
    Snapshots snapshots(Snapshots snapshots, EventSource source, TraceSelection selection) {
        return recorder != null && source instanceof RecordedSource recorded
                ? new RecordedSnapshots(snapshots, recorded, selection, recorder)
                : snapshots;
    }

    Supplier<String> silence(Supplier<String> silence) {
        if (recorder == null) {
            return silence;
        }
        return () -> {
            String hint = silence.get();
            if (hint != null) {
                recorder.silenceHint(hint);
            }
            return hint;
        };
    }
}
