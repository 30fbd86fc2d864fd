package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Network;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tests that any command line is accepted, or rejected with a message. */
class ArgumentsFuzzTest {
    private static final int IN6_BYTES = 16;

    /** Each line of the input is an argument. "@N" stands for all names of the N-th option. */
    @FuzzTest
    void anyCommandLineIsAcceptedOrRejected(byte[] input) throws UserError, UnknownHostException {
        String[] arguments = new String(input, StandardCharsets.UTF_8)
                .lines()
                .flatMap(line -> names(line).stream())
                .toArray(String[]::new);
        Settings settings;
        try {
            settings = Arguments.parse(arguments);
        } catch (UserError refused) {
            assertRefusedInWords(refused);
            return;
        }
        assertSound(settings);
    }

    private static List<String> names(String line) {
        if (!line.matches("@\\d{1,3}")) {
            return List.of(line);
        }
        Option[] options = Option.values();
        return options[Integer.parseInt(line.substring(1)) % options.length].names();
    }

    /** Checks the message. Only the hint can have several lines, because it can be the synopsis. */
    private static void assertRefusedInWords(UserError refused) {
        assertEquals(ExitStatus.USAGE, refused.status(), refused.getMessage());
        assertTrue(refused.getMessage().matches("[ -~\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]{5,}"), refused.getMessage());
        assertTrue(refused.hint().matches("[ -~\n]{5,}"), refused.getMessage());
    }

    private static void assertSound(Settings settings) throws UserError, UnknownHostException {
        if (settings.task().action() != Settings.Action.TRACE) {
            return;
        }
        int targets = (settings.target().all() ? 1 : 0)
                + (settings.target().pids().isEmpty()
                                && settings.target().names().isEmpty()
                        ? 0
                        : 1)
                + (settings.target().command().isEmpty() ? 0 : 1);
        assertEquals(1, targets);
        assertTrue(settings.target().pids().stream().allMatch(pid -> pid > 0));
        assertEquals(1, Integer.bitCount(settings.capture().ringBytes()));
        assertTrue(settings.capture().ringBytes() >= 4096 && settings.capture().ringBytes() <= 1 << 30);
        assertTrue(settings.session().count() >= 0
                && settings.session().durationNs() >= 0
                && settings.report().intervalNs() >= 0);
        assertNotNull(settings.output().text());
        assertSound(settings.selection().filter());
    }

    private static void assertSound(CallFilter filter) throws UserError, UnknownHostException {
        assertTrue(!filter.calls().isEmpty());
        assertTrue(filter.minDurationNs() >= 0 && filter.minWaitNs() >= 0);
        assertTrue(filter.listener().ports().size() <= CallFilter.MAX_VALUES);
        assertTrue(filter.listener().ports().stream()
                .allMatch(ports -> ports.first() > 0 && ports.first() <= ports.last() && ports.last() <= 0xffff));
        for (Network network : filter.peers()) {
            assertSameAgain(network, Networks.network("--peer", address(network) + "/" + network.prefix()));
        }
        for (Network network : filter.listener().addresses()) {
            String port = network.port() == 0 ? "" : ":" + network.port();
            assertSameAgain(network, Networks.listener("--listener", "[" + address(network) + "]" + port));
        }
    }

    /**
     * Returns the address in the notation of IPv6, even if it is an IPv4 address, because its prefix is counted in bits
     * of the IPv6 address.
     */
    private static String address(Network network) throws UnknownHostException {
        assertEquals(IN6_BYTES, network.address().length);
        String text = InetAddress.getByAddress(network.address()).getHostAddress();
        return text.contains(":") ? text : "::ffff:" + text;
    }

    private static void assertSameAgain(Network expected, Network actual) {
        assertArrayEquals(expected.address(), actual.address());
        assertEquals(List.of(expected.prefix(), expected.port()), List.of(actual.prefix(), actual.port()));
    }
}
