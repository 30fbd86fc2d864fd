package accept4trace.session;

import accept4trace.capture.EventSource;
import accept4trace.event.Refusal;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.UnixRefusal;
import accept4trace.format.EventFormatter;
import accept4trace.output.Sink;

/** Passes refused connections from the source to the formatter and to the observer of a run. */
record RefusedOutput(EventSource source, EventFormatter formatter, Sink sink, Observer observer)
        implements RefusedAttempts.Receiver, RefusedUnixClients.Receiver {
    @Override
    public void packet(Refusal refusal, boolean isNew) {
        observer.add(refusal, isNew);
    }

    @Override
    public void attempt(RefusedAttempt attempt) {
        formatter.format(sink.lines(), attempt);
    }

    @Override
    public void refusal(UnixRefusal refusal) {
        observer.add(refusal);
    }

    @Override
    public void client(RefusedUnixClient client) {
        formatter.format(sink.lines(), client);
    }
}
