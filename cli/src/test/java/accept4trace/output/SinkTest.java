package accept4trace.output;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.text.Text;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Tests lines that cannot be written. */
class SinkTest {
    /** Accepts writes until the test makes them fail. */
    private static final class Output extends CountingStream {
        private final String writeFailure;
        private final String closeFailure;

        Output(String writeFailure, String closeFailure) {
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

        private static void failWith(String message) throws IOException {
            if (message != null) {
                throw new IOException(message);
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
        Sink sink = Sink.toFile(new Output(null, "Disk quota exceeded"), Text.Style.PLAIN_ASCII);
        assertEquals("Disk quota exceeded", failureOfClose(sink));
    }

    @Test
    void failedCommandIsReported() {
        assertEquals(
                "the command that reads it has failed: exit status 1",
                failureOfClose(command(new Output(null, null), "exit status 1")));
        assertDoesNotThrow(command(new Output(null, null), "")::close);
    }

    /** The command is still waited for. */
    @Test
    void failureOfTheCommandPrecedesThatOfItsPipe() {
        assertEquals(
                "the command that reads it has failed: killed by signal 9",
                failureOfClose(command(new Output(null, "Input/output error"), "killed by signal 9")));
    }

    @Test
    void endedCommandIsAFailure() {
        Sink sink = command(new Output("Broken pipe", null), "");
        sink.lines().add("line");
        IOException failure = assertThrows(Sink.UnwrittenException.class, sink::flush);
        assertEquals("the command that reads it has ended", failure.getMessage());
    }

    @Test
    void otherFailuresAreReported() {
        Sink sink = command(new Output("Cannot allocate memory", null), "");
        sink.lines().add("line");
        IOException failure = assertThrows(Sink.UnwrittenException.class, sink::flush);
        assertEquals("Cannot allocate memory", failure.getMessage());
    }
}
