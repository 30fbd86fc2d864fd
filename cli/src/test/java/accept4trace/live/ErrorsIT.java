package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that each error prints a line with the cause and a line with a hint, never a stack trace. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class ErrorsIT {
    private static final String OWN_SHELL = "-p $$";

    @TempDir
    private Path folder;

    private static void assertReported(int status, String what, String hint, String script) {
        String tool = Tracer.executable().toString();
        try (Program shell = Program.bash(script + "; status=$?; wait; exit $status", tool)) {
            int ended = shell.awaitExit();
            List<String> printed =
                    shell.err().awaitEnd().stream().map(ErrorsIT::own).toList();
            assertEquals(List.of("accept4-trace: " + what, "hint: " + hint), printed);
            assertEquals(status, ended);
            assertEquals(List.of(), shell.out().awaitEnd());
        }
    }

    /** Removes libbpf's message, which depends on the version of libbpf. */
    private static String own(String line) {
        return line.replaceFirst("; libbpf: .*", "");
    }

    @Test
    void unprivilegedUser() {
        Requirements.openToEverybody(Tracer.executable());
        assertReported(
                1,
                "not allowed to trace: CAP_BPF and CAP_PERFMON missing",
                "run it as root: sudo accept4-trace ...; for other ways see WITHOUT ROOT in the manual",
                "setpriv --reuid=65534 --clear-groups \"$1\" " + OWN_SHELL);
    }

    @Test
    void rootWithoutACapability() {
        assertReported(
                1,
                "not allowed to trace: CAP_BPF missing",
                "root does not have all capabilities here, e.g. in a container: grant them, or run it outside",
                "setpriv --bounding-set=-bpf,-sys_admin \"$1\" " + OWN_SHELL);
    }

    @Test
    void noSuchProcess() {
        assertReported(
                1,
                "no such process: 2147483647",
                "pidof NAME or pgrep -a NAME shows process ids",
                "\"$1\" -p 2147483647");
    }

    @Test
    void unknownOption() {
        assertReported(
                2, "unknown option '--frobnicate'", "accept4-trace -h lists the options", "\"$1\" --frobnicate -p 1");
    }

    @Test
    void fileThatCannotBeWritten() {
        assertReported(
                1,
                "cannot write to /nonexistent/folder/file: no such folder",
                "choose a file in an existing folder that you can write to",
                "\"$1\" -o /nonexistent/folder/file " + OWN_SHELL);
    }

    @Test
    void kernelWithoutBtf() {
        Requirements.ownMounts();
        assertReported(
                1,
                "this kernel has no type information: /sys/kernel/btf/vmlinux is missing",
                "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, e.g. that of a current distribution",
                "unshare -m sh -c 'mount --bind /dev/null /sys/kernel/btf/vmlinux; exec \"$0\" -p $$' \"$1\"");
    }

    /** The first file has no header; the second one ends within the types. */
    @ParameterizedTest
    @ValueSource(strings = {"echo nonsense", "head -c 100000 /sys/kernel/btf/vmlinux"})
    void brokenTypeInformation(String content) {
        Requirements.ownMounts();
        assertReported(
                1,
                "cannot read the kernel's types: EINVAL (Invalid argument)",
                "/sys/kernel/btf/vmlinux must describe the running kernel; is another file mounted over it?",
                content + " >'" + folder + "/types'; unshare -m sh -c 'mount --bind \"$1\" /sys/kernel/btf/vmlinux;"
                        + " exec \"$0\" -p $$' \"$1\" '" + folder + "/types'");
    }

    @Test
    void containerThatForbidsBpf() {
        String forbid = Workload.executable("forbid").toString();
        assertReported(
                1,
                "cannot load the BPF programs: EPERM (Operation not permitted)",
                "a seccomp filter, e.g. of a container, may forbid bpf(2): run it outside",
                "\"" + forbid + "\" bpf \"$1\" " + OWN_SHELL);
    }

    @Test
    void fullDisk() {
        try (Workload workload = Workload.start("storm", "3", "mixed");
                Tracer tracer = Tracer.attach(workload, "-o", "/dev/full")) {
            workload.go();
            tracer.awaitExit(1);
            List<String> notices = tracer.notices();
            String printed = String.join("\n", notices.subList(notices.size() - 2, notices.size()));
            assertEquals(
                    """
                    accept4-trace: cannot write the trace: No space left on device; N events and N bytes of lines not written, 0 events lost before
                    hint: free some space, or write to another file system""",
                    printed.replaceFirst("[123] events? and \\d+ bytes", "N events and N bytes"));
        }
    }
}
