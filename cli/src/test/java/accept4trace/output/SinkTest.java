package accept4trace.output;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.text.Errno;
import accept4trace.text.Text;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Tests what happens if lines cannot be written. */
class SinkTest {
    private static final int EDQUOT = 122;

    /** Fails each write and the close with the given errnos; with 0, they succeed. */
    private static final class Output extends CountingStream {
        private final int writeFailure;
        private final int closeFailure;

        Output(int writeFailure, int closeFailure) {
            this.writeFailure = writeFailure;
            this.closeFailure = closeFailure;
        }

        @Override
        public void write(int value) throws IOException {
            failWith(writeFailure);
        }

        @Override
        public void close() throws IOException {
            failWith(closeFailure);
        }

        private static void failWith(int errno) throws IOException {
            if (errno != 0) {
                throw new WriteException(errno);
            }
        }

        @Override
        public long written() {
            return 0;
        }
    }

    private static Sink command(Output out, String failure) {
        return Sink.toCommand(out, () -> failure, Text.Style.PLAIN_ASCII);
    }

    private static String failureOfClose(Sink sink) {
        return assertThrows(IOException.class, sink::close).getMessage();
    }

    @Test
    void errorsAtCloseAreReported() {
        Sink sink = Sink.toFile(new Output(0, EDQUOT), Text.Style.PLAIN_ASCII);
        assertEquals("Disk quota exceeded", failureOfClose(sink));
    }

    @Test
    void failedCommandIsReported() {
        assertEquals(
                "the command that reads it has failed: exit status 1",
                failureOfClose(command(new Output(0, 0), "exit status 1")));
        assertDoesNotThrow(command(new Output(0, 0), "")::close);
    }

    /** If the pipe fails, the sink still waits for the command, whose failure explains more. */
    @Test
    void failedCommandIsReportedRatherThanItsPipe() {
        assertEquals(
                "the command that reads it has failed: killed by signal 9",
                failureOfClose(command(new Output(0, EDQUOT), "killed by signal 9")));
    }

    @Test
    void commandThatEndsEarlyIsAFailure() {
        Sink sink = command(new Output(Errno.EPIPE, 0), "");
        sink.lines().add("line");
        IOException failure = assertThrows(WriteException.class, sink::flush);
        assertEquals("the command that reads it has ended", failure.getMessage());
    }

    @Test
    void otherFailuresAreReported() {
        Sink sink = command(new Output(Errno.ENOMEM, 0), "");
        sink.lines().add("line");
        IOException failure = assertThrows(WriteException.class, sink::flush);
        assertEquals("Cannot allocate memory", failure.getMessage());
    }
}
