package accept4trace.format.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CallFilter;
import accept4trace.event.HeldListener;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSelection;
import accept4trace.queue.Snapshot;
import accept4trace.text.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueFormatterTest {
    private static String formatted(QueueFormatter formatter, HeldListener... records) {
        Snapshot snapshot =
                Snapshot.ofAll(new QueueSelection(holder -> true, CallFilter.NONE.listener(), -1, List.of()));
        for (HeldListener record : records) {
            snapshot.add(record);
        }
        Text out = new Text();
        formatter.format(out, snapshot.queues());
        return out.toString();
    }

    private static HeldListener[] records() {
        return new HeldListener[] {
            QueueRecords.tcp(8077, 178, 35.24, 0.0123),
            QueueRecords.tcp(8077, 201),
            QueueRecords.tcp(8077, 202),
            QueueRecords.tcp(8077, 203),
            QueueRecords.unix(0, 1),
            QueueRecords.tcp(80, 9),
        };
    }

    @Test
    void text() {
        assertEquals(
                """
                10.0.0.1:8077  2/4 waiting, oldest 35.2 s (10.0.0.9:4000)  server[178] fd 3, server[201] fd 3, server[202] fd 3 and 1 more
                UNIX 99,"/run/x"  1/9 waiting  app\\n[5] fd 8
                10.0.0.1:80  0/4 waiting  server[9] fd 3
                """,
                formatted(new QueueText(false), records()));
    }

    @Test
    void oneByteIsSingular() {
        HeldListener listener = QueueRecords.tcpWithUnread(80, 9, 1);
        assertEquals(
                """
                10.0.0.1:80  1/4 waiting, oldest 2.0 s (10.0.0.9:4000)  server[9] fd 3
                    10.0.0.9:4000  2.0 s  1 byte received
                """,
                formatted(new QueueText(true), listener));
    }

    @Test
    void verboseText() {
        assertEquals(
                """
                10.0.0.1:8077  2/4 waiting, oldest 35.2 s (10.0.0.9:4000)  server[178] fd 3, server[201] fd 3, server[202] fd 3 and 1 more
                    10.0.0.9:4000  35.2 s  7 bytes received
                    10.0.0.9:4001  12 ms  7 bytes received, reset
                UNIX 99,"/run/x"  1/9 waiting  app\\n[5] fd 8
                    curl[77]  ?
                10.0.0.1:80  0/4 waiting  server[9] fd 3
                """,
                formatted(new QueueText(true), records()));
    }

    @Test
    void columns() {
        assertEquals(
                """
                LISTENER       WAITING  LIMIT  OLDEST           PEER  HOLDERS
                10.0.0.1:8077        1      4   1.0 s  10.0.0.9:4000  server[178] fd 3
                10.0.0.1:80          0      4       -              -  server[9] fd 3
                """,
                formatted(new QueueColumns(80), QueueRecords.tcp(8077, 178, 1), QueueRecords.tcp(80, 9)));
    }
}
