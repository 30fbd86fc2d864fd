package accept4trace.bench;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** Sends signals without starting a process, because the process would be measured, too. */
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
