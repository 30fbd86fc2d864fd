package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Traces servers of an unprivileged user, the stranger, with --stack, which makes root read files of these servers.
 * These files lead to a secret of root, block the reader, or contain names that would change the output.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class HostileServersIT {
    private static final String GENERATED = "exec $STACKS generated";
    private static final String EVERYWHERE = "0 7fffffffffffffff ";
    private static final String NOTHING = "";
    private static final Pattern ANONYMOUS = Pattern.compile(" > \\[anon\\]\\((.*)\\) \\[0x[0-9a-f]+\\]");

    /** The prefix of commands that root runs, because not every machine lets a stranger run them. */
    private static final String FOR_STRANGER = "root:";

    @TempDir
    private Path folder;

    /**
     * What a stranger does.
     *
     * @param start a command that becomes the server
     * @param plant a second command, which runs after the server has started. $PID is the server. $MAP is its perf map,
     *     a file with names for generated code. $OWN is a folder of the stranger. $SECRET is a perf map that only root
     *     can read, and that names all code "STOLEN".
     * @param name a pattern for the name that the output shows for generated code; null if the server has no such code
     */
    private record Attack(String start, String plant, String name) {}

    private static Attack map(String plant, String name) {
        return new Attack(GENERATED, "rm $MAP; " + plant, name);
    }

    private static Attack program(String start, String plant) {
        return new Attack(start, plant, null);
    }

    private static final List<Attack> ATTACKS = List.of(
            // Perf maps.
            map("ln -s $SECRET $MAP", NOTHING),
            map("ln -s /proc/self/root$SECRET $MAP", NOTHING),
            map("ln -s /dev/zero $MAP", NOTHING),
            map("mkfifo $MAP", NOTHING),
            map("mkdir $MAP", NOTHING),
            map("echo '" + EVERYWHERE + "huge' >$MAP; truncate -s 33554433 $MAP", NOTHING),
            map("echo '" + EVERYWHERE + "linked' >$OWN/$PID; ln $OWN/$PID $MAP || cp $OWN/$PID $MAP", "linked.*|"),
            /* A stranger can do this if fs.protected_hardlinks=0. */
            new Attack(GENERATED, FOR_STRANGER + "rm $MAP; ln $SECRET $MAP || cp $SECRET $MAP", NOTHING),
            /* A stranger can do this in a user namespace. */
            new Attack(
                    FOR_STRANGER + "unshare -m",
                    FOR_STRANGER + "nsenter -m -t $PID mount --bind $SECRET $MAP",
                    NOTHING),
            /* The map belongs to a third user. */
            new Attack(
                    GENERATED,
                    FOR_STRANGER + "rm $MAP; echo '" + EVERYWHERE + "FOREIGN' >$MAP; chown 61003 $MAP",
                    NOTHING),
            map(
                    "printf '" + EVERYWHERE + "\\033[2J\\033]0;x\\007\\rfake\\n[pid 1<init>] accept4(\\n' >$MAP",
                    ".*fake\\+.*"),
            map("{ printf '" + EVERYWHERE + "'; head -c 1000000 /dev/zero | tr '\\0' A; } >$MAP", "A{512}\\+.*"),
            map("yes 0 7fffffffffffffff '' | head -c 1000000 >$MAP", "\\+.*|"),
            map("head -c 1000000 /dev/urandom >$MAP", ".*"),
            // Programs.
            program("cp $STACKS $OWN/$'evil\\n\\e[2J[pid 1<init>] accept4('; exec $OWN/evil*", "true"),
            program(
                    "sed 's/accept_in_deeper/\\x1b[2J\\naccept_fake/' $STACKS >names; chmod +x names; exec ./names",
                    "true"),
            program(
                    "cp $STACKS sections; printf '\\377\\377\\377\\377\\377\\377\\377\\177' | dd of=sections bs=1 seek=40"
                            + " conv=notrunc status=none; exec ./sections",
                    "true"),
            program("cp $STACKS sections2; truncate -s -64 sections2; exec ./sections2", "true"),
            program("cp $STACKS fifo; exec ./fifo", "rm fifo; mkfifo fifo"),
            program("cp $STACKS link; exec ./link", "rm link; ln -s $SECRET link"),
            program("cp $STACKS loop; exec ./loop", "rm loop; ln -s loop loop"),
            program("cp $STACKS folder; exec ./folder", "rm folder; mkdir folder"),
            program(
                    "for i in {1..18}; do name=$(printf %0200d $i); mkdir $name; cd $name; done; cp $STACKS deep;"
                            + " exec ./deep",
                    "true"));

    /**
     * Must start last. The maps are read in the order in which the servers accept, so once a line shows the name
     * HARMLESS, all other maps have been read.
     */
    private static final Attack HARMLESS = map("echo '" + EVERYWHERE + "HARMLESS' >$MAP", "HARMLESS\\+.*");

    private record Server(Attack attack, Program program, Path map) implements AutoCloseable {
        String pid() {
            return Long.toString(program.pid());
        }

        @Override
        public void close() {
            program.close();
            try (Program remove = Program.bash("rm -rf \"$1\"", map.toString())) {
                remove.awaitExit();
            }
        }
    }

    @Test
    void noServerMakesRootReadASecretOrBlock() throws IOException {
        Requirements.ownMounts();
        prepare();
        List<Server> servers = new ArrayList<>();
        try {
            ATTACKS.forEach(attack -> servers.add(start(attack)));
            Server harmless = start(HARMLESS);
            servers.add(harmless);
            try (Tracer tracer = attach(servers)) {
                serve(tracer, servers);
                while (!tracer.out().has(line -> line.contains("(HARMLESS+"))) {
                    serve(tracer, List.of(harmless));
                }
                serve(tracer, servers);
                tracer.signal("INT");
                tracer.awaitExit(130);
                assertEquals(0, tracer.lost());
                check(servers, tracer.out().awaitEnd());
            }
        } finally {
            servers.forEach(Server::close);
        }
    }

    private void prepare() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path secret = Files.writeString(folder.resolve("secret"), EVERYWHERE + "STOLEN\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path own = Files.createDirectory(folder.resolve("own"));
        Files.setAttribute(own, "unix:uid", Stranger.ID);
    }

    private Server start(Attack attack) {
        String own = "export STACKS=$1 OWN=$2 SECRET=$3; cd $OWN; ";
        String[] files = {
            Workload.executable("stacks").toString(),
            folder.resolve("own").toString(),
            folder.resolve("secret").toString()
        };
        Program program = attack.start.startsWith(FOR_STRANGER)
                ? Program.bash(
                        "exec " + attack.start.substring(FOR_STRANGER.length()) + " " + Stranger.BECOME
                                + " \"$1\" generated",
                        files)
                : Stranger.bash(own + attack.start, files);
        program.out().awaitLine("the server is ready", "ready"::equals);
        Server server = new Server(attack, program, Path.of("/tmp/perf-" + program.pid() + ".map"));
        plant(server, own, files);
        return server;
    }

    private static void plant(Server server, String own, String... files) {
        String plant = server.attack.plant;
        String names = own + "export PID=" + server.pid() + " MAP=" + server.map + "; ";
        try (Program planting = plant.startsWith(FOR_STRANGER)
                ? Program.bash(names + plant.substring(FOR_STRANGER.length()), files)
                : Stranger.bash(names + plant, files)) {
            assertEquals(0, planting.awaitExit(), () -> plant + planting.err().awaitEnd());
        }
    }

    private static Tracer attach(List<Server> servers) {
        String pids = servers.stream().map(Server::pid).collect(Collectors.joining(","));
        Tracer tracer = Tracer.startAfter("export LC_ALL=C", "--stack", "-p", pids);
        tracer.awaitLive();
        return tracer;
    }

    /** Lets each server accept once, and waits for the line of its call. */
    private static void serve(Tracer tracer, List<Server> servers) {
        for (Server server : servers) {
            String call = "[pid " + server.pid() + "<";
            long before = tracer.out().count(line -> line.startsWith(call));
            server.program.sendLine();
            tracer.out().awaitCount(call, before + 1, line -> line.startsWith(call));
        }
    }

    private static void check(List<Server> servers, List<String> lines) {
        for (String line : lines) {
            assertTrue(line.matches("(\\[pid \\d+<| > )[ -~]+"), line);
            assertFalse(line.matches(".*(STOLEN|FOREIGN).*"), line);
        }
        for (Server server : servers) {
            List<String> frames = new ArrayList<>();
            boolean ours = false;
            for (String line : lines) {
                ours = line.startsWith(" > ") ? ours : line.startsWith("[pid " + server.pid() + "<");
                if (ours && line.startsWith(" > ")) {
                    frames.add(line);
                }
            }
            assertTrue(frames.size() > 1, () -> server.attack + " has no stack: " + frames);
            if (server.attack.name != null) {
                assertNames(server, frames);
            }
        }
    }

    /**
     * Names can be missing in the first stacks, because the map is read in the background. So only the last name is
     * checked.
     */
    private static void assertNames(Server server, List<String> frames) {
        List<String> names = frames.stream()
                .map(ANONYMOUS::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1))
                .toList();
        assertFalse(names.isEmpty(), () -> server.attack + " has no generated code: " + frames);
        String last = names.get(names.size() - 1);
        assertTrue(last.matches(server.attack.name), () -> server.attack + " is named " + last);
    }
}
