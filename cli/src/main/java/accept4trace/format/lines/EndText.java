package accept4trace.format.lines;

import accept4trace.event.ProcessExit;
import accept4trace.text.SignalNames;
import accept4trace.text.Text;

/** Formats the end of a process like strace. */
final class EndText {
    private EndText() {}

    static void append(Text out, ProcessExit exit) {
        if (exit.signal() == 0) {
            out.add("+++ exited with ").add(exit.exitStatus());
        } else {
            out.add("+++ killed by ").add(SignalNames.of(exit.signal()));
            out.add(exit.coreDumped() ? " (core dumped)" : "");
        }
        out.add(" +++").add('\n');
    }
}
