package accept4trace.bench;

import java.io.PrintStream;
import java.time.LocalDate;
import java.util.List;

/** Describes the machine and the time of the measurements. */
final class Machine {
    private Machine() {}

    static void describe(Setting setting, PrintStream out) {
        out.printf(
                "accept4-trace benchmarks, %s: medians of %d rounds (least..most)%n",
                LocalDate.now(), setting.rounds());
        fact(out, "kernel", "uname -srm");
        fact(
                out,
                "processor",
                "printf '%s x ' \"$(nproc --all)\"; sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1");
        fact(out, "tool", "'" + setting.tool() + "' --version");
        out.printf("  %-9s  %s%n", "hooks", hooks(setting));
        fact(
                out,
                "Java",
                "sed -n 's/^JAVA_VERSION=\"\\(.*\\)\"/\\1/p' '"
                        + setting.runtime().resolve("release") + "'");
        List.of(Tool.PERF, Tool.BPFTRACE, Tool.STRACE).forEach(tool -> version(setting, tool, out));
    }

    private static void version(Setting setting, Tool tool, PrintStream out) {
        String program = tool.label().split(" ")[0];
        if (setting.tools().contains(tool)) {
            fact(out, program, program + " --version | head -n 1");
        } else {
            out.printf("  %-9s  %s%n", program, setting.isQuick() ? "skipped: --quick" : "skipped: not installed");
        }
    }

    private static void fact(PrintStream out, String name, String script) {
        out.printf("  %-9s  %s%n", name, Children.output("sh", "-c", script).trim());
    }

    private static String hooks(Setting setting) {
        try (Load load = Load.start(setting);
                Tracer tracer = Tracer.attach(Tool.OURS, setting, load)) {
            return tracer.hooks();
        }
    }
}
