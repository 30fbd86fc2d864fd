package accept4trace.summary;

import static accept4trace.format.SampleCalls.tcp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    /** The call never ran: seccomp made up the descriptor. */
    @Test
    void resultOfSeccompIsNotAConnection() {
        Statistics statistics = new Statistics();
        statistics.add(tcp().bySeccomp().decode());
        assertEquals(1, statistics.callCount());
        assertEquals(0, statistics.connections());
        assertEquals(Map.of(), statistics.peers());
        statistics.add(tcp().decode());
        assertEquals(1, statistics.connections());
    }
}
