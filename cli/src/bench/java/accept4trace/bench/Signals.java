package accept4trace.bench;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** Signals without a process that sends them, which would be timed as well. */
final class Signals {
    private static final int SIGINT = 2;
    private static final LibC C = Native.load("c", LibC.class);

    private interface LibC extends Library {
        int kill(int pid, int signal);
    }

    private Signals() {}

    static void interrupt(long pid) {
        C.kill((int) pid, SIGINT);
    }
}
