package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.CallStack;
import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import accept4trace.fake.NoDetails;
import accept4trace.format.ProcessDetails;
import accept4trace.format.TextOptions;
import accept4trace.text.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the lines of stacks, including frames without function or file. The format is that of strace 6.1 -k. */
class StackTextTest {
    private static final String STACK =
            """
             > /usr/lib/libc.so.6(accept4+0x13) [0x10af63]
             > /opt/a b\\n(x)() [0x1262]
             > /mnt/server() [0x1262] <unread: fuse>
             > [anon](LServer;::<run>\\33+0x10) [0x7f0000001010]
             > [anon]() [0x7f0000002010]
            """;

    @Test
    void followsItsCall() {
        String call = format(listening().ret(-11));
        assertEquals(call + STACK, format(listening().ret(-11).stack(512, (byte) 0)));
    }

    @Test
    void followsOtherCalls() {
        Text text = new Text();
        new TextFormatter(TextOptions.DEFAULT, DETAILS, CLOCK)
                .format(
                        text,
                        listening()
                                .related(Syscall.LISTEN, 6, 511)
                                .stack(512, (byte) 0)
                                .decodeRelated());
        assertTrue(text.toString().endsWith("\n" + STACK), text::toString);
    }

    @Test
    void isTheSameInStraceFormat() {
        Text text = new Text();
        new StraceFormatter(TextOptions.DEFAULT, DETAILS, CLOCK, 7)
                .format(text, listening().ret(-11).stack(512, (byte) 0).decode());
        assertTrue(text.toString().endsWith("\n" + STACK), text::toString);
    }

    private static ProcessDetails only(StackFrame frame) {
        return new NoDetails() {
            @Override
            public CallStack stack(int tgid, UserStack stack) {
                return new CallStack(List.of(frame), true);
            }
        };
    }

    private static String lastLine(StackFrame frame) {
        Text text = new Text();
        new TextFormatter(TextOptions.DEFAULT, only(frame), CLOCK)
                .format(text, listening().ret(-11).stack(8, (byte) 0).decode());
        return text.toString().lines().reduce((before, line) -> line).orElseThrow();
    }

    @Test
    void endedProcessHasOnlyAnAddress() {
        StackFrame alone = new StackFrame(0x7f0010af63L, 0x7f0010af63L, null, null, 0, null);
        assertEquals(" > [unknown]() [0x7f0010af63]", lastLine(alone));
    }

    @Test
    void unresponsiveFilesHaveOnlyAnAddress() {
        StackFrame unanswered = new StackFrame(0x7f0010af63L, 0x7f0010af63L, null, null, 0, "no answer");
        assertEquals(" > [unknown]() [0x7f0010af63] <unread: no answer>", lastLine(unanswered));
    }

    /** If equal failing calls are folded, only the first ones, which are shown immediately, have stacks. */
    @Test
    void isFoldedWithItsCall() {
        Text text = new Text();
        Folding folding = new Folding(new TextFormatter(TextOptions.DEFAULT, DETAILS, CLOCK));
        for (int i = 0; i < 4; i++) {
            folding.format(text, listening().ret(-11).stack(512, (byte) 0).decode());
        }
        assertTrue(text.toString().endsWith("\n" + STACK), text::toString);
        assertEquals(12, text.toString().lines().count());
    }
}
