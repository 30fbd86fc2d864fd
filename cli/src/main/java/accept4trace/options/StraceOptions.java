package accept4trace.options;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of strace that are not supported, and what to use instead. */
final class StraceOptions {
    /** The hints, by letter or long name. */
    private static final Map<String, String> ADVICE = new LinkedHashMap<>();

    static {
        advise("all lines go to one file; grep -F '[pid N<' finds those of a thread", "-ff", "--output-separately");
        advise(
                "accept4-trace never stops traced programs, so it needs no daemon: run it in the background",
                "-D",
                "--daemonize");
        advise("env sets variables of the command: -- env NAME=VALUE COMMAND", "-E", "--env");
        advise("traced programs are not stopped, so their calls cannot be changed", "--inject", "--fault");
        advise("execve is not traced", "-b", "--detach-on");
        advise("a first ^C detaches, a second one kills", "-I", "--interruptible");
        advise("the instruction pointer is not recorded", "-i", "--instruction-pointer");
        advise("-k or --stack shows the call stack", "--stack-trace", "--stack-traces");
        advise("calls are shown by name, not by number", "-n", "--syscall-number");
        advise("CPU time is not measured", "-O", "--summary-syscall-overhead");
        advise("--fd, --port, --listener and --peer select calls", "-P", "--trace-path");
        advise("addresses and names are always shown in full", "-s", "--string-limit");
        advise("names are always escaped like in strace without this option", "-x", "-xx", "--strings-in-hex");
        advise("flags and families are shown by name, unknown bits as numbers", "-X", "--const-print-style");
        advise("the columns of the summary are fixed: calls, errors and times", "-U", "--summary-columns");
        advise("only the traced system calls are intercepted anyway", "--seccomp-bpf");
        advise("process ids are always those of your PID namespace", "--pidns-translation", "--decode-pids");
        advise("-t, -tt and -ttt print timestamps", "--timestamps");
        advise("ioctl is not traced, so exits of virtual CPUs are not seen", "--kvm");
        advise("there are no tips; --help lists all options", "--tips");
    }

    private StraceOptions() {}

    private static void advise(String advice, String... names) {
        for (String name : names) {
            ADVICE.put(name, advice);
        }
    }

    /** Returns the hint for an unknown option; null if there is no hint for it. */
    static @Nullable String advice(String argument) {
        int value = argument.indexOf('=');
        String name = value < 0 ? argument : argument.substring(0, value);
        if (ADVICE.containsKey(name) || name.startsWith("--") || name.length() < 2) {
            return ADVICE.get(name);
        }
        return ADVICE.get(name.substring(0, 2));
    }
}
