package accept4trace.report;

import accept4trace.action.TraceCommand;
import accept4trace.capture.CaptureException;
import accept4trace.capture.EventBatch;
import accept4trace.capture.StackUnwinder;
import accept4trace.capture.jna.NativePlatform;
import accept4trace.event.EventDecoder;
import accept4trace.fake.FakeTracing;
import accept4trace.fake.ReplayPlatform;
import accept4trace.options.Arguments;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.Machine;
import accept4trace.view.CrowdedView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the tool with a {@link Crowd}. Arguments: number of connections, connections per stack, options. */
final class CrowdMain {
    /** Reads stacks with the real library, whose results take memory. */
    private static final class TracingWithStacks extends FakeTracing {
        TracingWithStacks(Crowd crowd) {
            super(crowd);
        }

        @Override
        public StackUnwinder openStacks() throws CaptureException {
            return new NativePlatform().tracing().openStacks();
        }
    }

    private CrowdMain() {}

    public static void main(String[] args) throws Exception {
        Crowd crowd = new Crowd(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        List<String> options = new ArrayList<>(List.of(args).subList(2, args.length));
        if (options.remove("--live")) {
            live(crowd);
        } else {
            options.add("--all");
            new TraceCommand(
                            Arguments.parse(options.toArray(String[]::new)),
                            new Notices(System.err, false),
                            new Machine(Path.of("/")),
                            new OutputStyle(System.getenv()),
                            new ReplayPlatform(new TracingWithStacks(crowd)))
                    .trace();
        }
        System.out.flush();
        Runtime.getRuntime().exit(0);
    }

    private static void live(Crowd crowd) {
        EventDecoder decoder = new EventDecoder();
        CrowdedView view = new CrowdedView();
        for (EventBatch batch = crowd.poll(0); batch.length() > 0; batch = crowd.poll(0)) {
            for (int at = 0; at < batch.length(); ) {
                view.add(decoder.decode(batch.records(), at));
                at += EventDecoder.sizeAt(batch.records(), at, batch.length());
            }
        }
    }
}
