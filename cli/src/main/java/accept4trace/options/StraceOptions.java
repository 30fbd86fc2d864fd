package accept4trace.options;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of strace that are not supported, and what to use instead. */
final class StraceOptions {
    /** The hints, by letter or long name. */
    private static final Map<String, String> ADVICE = new LinkedHashMap<>();

    static {
        advise(
                "lines of all processes stand in one file; grep for '[pid N' takes them apart",
                "-ff",
                "--output-separately");
        advise("nothing is stopped and no daemon is needed: put the command into the background", "-D", "--daemonize");
        advise("the program is not stopped, so nothing can be changed in it", "-E", "--env", "--inject", "--fault");
        advise("there is no execve to detach at", "-b", "--detach-on");
        advise("a first ^C detaches, a second one kills", "-I", "--interruptible");
        advise("the instruction pointer is not recorded", "-i", "--instruction-pointer");
        advise("--stack, or -k, shows the functions that called it", "--stack-trace", "--stack-traces");
        advise(
                "-e trace= takes accept4, accept, io_uring, bind, listen and %poll; a number adds nothing",
                "-n", "--syscall-number");
        advise("times on a processor are not measured", "-O", "--summary-syscall-overhead");
        advise("--fd, --port, --listener and --peer choose calls by what they are about", "-P", "--trace-path");
        advise("addresses and names are always shown whole", "-s", "--string-limit");
        advise("names are escaped as strace does without it", "-x", "-xx", "--strings-in-hex");
        advise("flags and families are shown by name, unknown bits as numbers", "-X", "--const-print-style");
        advise("the summary has calls, errors and times", "-U", "--summary-columns");
        advise("no system call but the traced ones is looked at in any case", "--seccomp-bpf");
        advise("process ids are those of your own namespace", "--pidns-translation", "--decode-pids");
        advise("-ttt shows times since 1970", "--timestamps");
        advise("--check shows what this kernel allows", "--kvm", "--tips");
    }

    private StraceOptions() {}

    private static void advise(String advice, String... names) {
        for (String name : names) {
            ADVICE.put(name, advice);
        }
    }

    /** Returns the hint for an unknown option; null if strace does not have it, either. */
    static @Nullable String advice(String argument) {
        int value = argument.indexOf('=');
        String name = value < 0 ? argument : argument.substring(0, value);
        if (ADVICE.containsKey(name) || name.startsWith("--") || name.length() < 2) {
            return ADVICE.get(name);
        }
        return ADVICE.get(name.substring(0, 2));
    }
}
