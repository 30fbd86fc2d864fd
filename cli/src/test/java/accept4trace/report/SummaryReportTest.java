package accept4trace.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import accept4trace.event.Losses;
import accept4trace.output.Sink;
import accept4trace.text.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SummaryReportTest {
    private static final long SECOND = 1_000_000_000L;

    private final SummaryReport report =
            new SummaryReport(null, null, Sink.to(new ByteArrayOutputStream(), Text.Style.PLAIN_ASCII), SECOND, 0);

    @Test
    void intervalHasItsOwnLosses() throws IOException {
        assertNull(report.tick(SECOND - 1, Losses.NONE));
        assertEquals(
                new Losses(5, 1, 0, 2, 0, 0),
                report.tick(SECOND, new Losses(5, 1, 0, 2, 0, 0)).losses());
        assertEquals(
                Losses.NONE,
                report.tick(2 * SECOND, new Losses(5, 1, 0, 2, 0, 0)).losses());
        assertEquals(
                new Losses(2, 0, 4, 0, 1, 3),
                report.tick(3 * SECOND, new Losses(7, 1, 4, 2, 1, 3)).losses());
        assertEquals(
                new Losses(9, 1, 4, 2, 0, 0),
                report.end(0, new Losses(9, 1, 4, 2, 0, 0), 3 * SECOND).losses());
    }
}
