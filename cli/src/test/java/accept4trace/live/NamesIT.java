package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests names of peers, units and containers. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class NamesIT {
    /**
     * Runs a command in a private mount namespace, so that the unified cgroup hierarchy can be mounted on any machine.
     */
    private static final String IN_HIERARCHY =
            "exec unshare -m bash -c 'mount -t cgroup2 cgroup2 /sys/fs/cgroup; cd /sys/fs/cgroup && %s' bash \"$@\"";

    private static final String MOVE = IN_HIERARCHY.formatted("mkdir -p \"$1\" && echo \"$2\" >\"$1/cgroup.procs\"");
    private static final String REMOVE = IN_HIERARCHY.formatted("rmdir -p \"$1\"");

    /** The first line starts the lookup of the name in the background, so it cannot have the name yet. */
    @Test
    void hostNameIsShownInALaterLine() {
        try (Workload workload = Workload.start("stacks");
                Tracer tracer = Tracer.attach(workload, "--resolve")) {
            AtomicInteger calls = new AtomicInteger();
            Await.until("a line has the peer's name", () -> {
                workload.go();
                tracer.out().awaitLines(calls.incrementAndGet());
                return tracer.out().has(line -> line.contains(" name=localhost"));
            });
            workload.finish();
            String first = tracer.out().awaitEnd().get(0);
            assertFalse(first.contains("localhost"), first);
            tracer.awaitExit(0);
            assertEquals(0, tracer.lost());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a4t-web.service, ' unit=a4t-web.service'",
        "docker/3f2a91c0d1e2aa553f2a91c0d1e2aa553f2a91c0d1e2aa553f2a91c0d1e2aa55, ' container=3f2a91c0d1e2'",
    })
    void unitOrContainerIsShownWithAll(String cgroup, String mark) {
        Requirements.ownMounts();
        try (Workload workload = Workload.start("stacks")) {
            run(MOVE, cgroup, workload.pidText());
            try (Tracer tracer = Tracer.start("--all", "--comm=stacks", "--count=1")) {
                tracer.awaitLive();
                workload.go();
                String line = tracer.out().awaitEnd().get(0);
                tracer.awaitExit(0);
                assertTrue(line.replace(" ~peer", "").endsWith(mark), line);
            }
            workload.finish();
            workload.awaitExit();
        } finally {
            run(REMOVE, cgroup);
        }
    }

    private static void run(String script, String... arguments) {
        try (Program shell = Program.bash(script, arguments)) {
            assertEquals(
                    0, shell.awaitExit(), () -> String.join("\n", shell.err().awaitEnd()));
        }
    }
}
