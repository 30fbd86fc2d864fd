package accept4trace.action;

import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.format.EventFormatter;
import accept4trace.output.Sink;
import accept4trace.recording.Header;
import accept4trace.recording.Recorder;
import accept4trace.session.SessionOutput;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Formats a run, and writes a recording of the same run. */
final class RecordedToo implements EventFormatter {
    private final EventFormatter formatter;
    private final Recorder recorder;
    private final Sink recording;

    private RecordedToo(EventFormatter formatter, Recorder recorder, Sink recording) {
        this.formatter = formatter;
        this.recorder = recorder;
        this.recording = recording;
    }

    /** Makes a command also write a recording to {@code file}. */
    static TraceCommand to(OutputStream file, TraceCommand command) {
        Recorder recorder = new Recorder(new Header());
        Sink sink = Sink.to(file, Text.Style.PLAIN_ASCII);
        command.alsoRecord(recorder, output -> new SessionOutput(
                        new RecordedToo(output.formatter(), recorder, sink), output.sink(), output.observer())
                .withClosings(output.closings()));
        return command;
    }

    private void flush() {
        try {
            recording.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void tick(Text out, long nowNs) {
        recorder.tick(recording.lines(), nowNs);
        formatter.tick(out, nowNs);
        flush();
    }

    @Override
    public void polled(Text out, long nowNs) {
        recorder.polled(recording.lines(), nowNs);
        formatter.polled(out, nowNs);
        flush();
    }

    @Override
    public void record(Text out, ByteBuffer batch, int at, int size) {
        recorder.record(recording.lines(), batch, at, size);
    }

    @Override
    public void format(Text out, Call call) {
        recorder.format(recording.lines(), call);
        formatter.format(out, call);
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        recorder.format(recording.lines(), exit);
        formatter.format(out, exit);
    }

    @Override
    public void format(Text out, RefusedAttempt attempt) {
        recorder.format(recording.lines(), attempt);
        formatter.format(out, attempt);
    }

    @Override
    public void format(Text out, RefusedUnixClient client) {
        recorder.format(recording.lines(), client);
        formatter.format(out, client);
    }

    @Override
    public void format(Text out, Closing closing) {
        recorder.format(recording.lines(), closing);
        formatter.format(out, closing);
    }

    @Override
    public void format(Text out, GivenUp client) {
        recorder.format(recording.lines(), client);
        formatter.format(out, client);
    }

    @Override
    public void lost(Text out, Losses losses, long atNs) {
        formatter.lost(out, losses, atNs);
    }

    @Override
    public void notice(Text out, String line, long atNs) {
        formatter.notice(out, line, atNs);
    }

    @Override
    public void interval(Text out, Run run, long atNs) {
        formatter.interval(out, run, atNs);
    }

    @Override
    public void summary(Text out, Run run, long atNs) {
        recorder.summary(recording.lines(), run, atNs);
        formatter.summary(out, run, atNs);
        flush();
    }
}
