package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.capture.FailureKind;
import accept4trace.capture.NativeLayout;
import accept4trace.outcome.UserError;
import accept4trace.proc.FakeMachine;
import accept4trace.text.Errno;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that each cause of a failure has its own message and hint. */
class FailuresTest {
    private static final int EINVAL = 22;
    private static final String ALL_CAPABILITIES = "000001ffffffffff";
    private static final String LOAD = "load the BPF programs";

    @TempDir
    private Path root;

    private FakeMachine fake;

    @BeforeEach
    void aMachineOnWhichAllIsWell() {
        fake = new FakeMachine(root);
    }

    private UserError explain(String stage, int errno, String detail) {
        return explain(FailureKind.OTHER, stage, errno, detail);
    }

    private UserError explain(FailureKind kind, String stage, int errno, String detail) {
        return new Failures(fake.machine()).explain(new CaptureException(kind, stage, errno, detail));
    }

    private UserError explainForced(FailureKind kind, int errno) {
        return new Failures(fake.machine())
                .explainForced(new CaptureException(kind, "attach the requested hooks", errno, ""));
    }

    private void assertObstacle(String what, String hint) {
        UserError error = assertThrows(UserError.class, () -> new Failures(fake.machine()).checkMachine());
        assertEquals(what, error.getMessage());
        assertEquals(hint, error.hint());
        assertEquals(1, error.status());
    }

    @Test
    void suitableMachinePassesTheCheck() {
        assertDoesNotThrow(() -> new Failures(fake.machine()).checkMachine());
    }

    @Test
    void kernelThatIsTooOld() {
        fake.release("5.4.0-200-generic");
        assertObstacle("Linux 5.4.0-200-generic is too old to trace", "accept4-trace needs 5.10 or newer");
        fake.release("5.10.0-1");
        assertDoesNotThrow(() -> new Failures(fake.machine()).checkMachine());
    }

    @Test
    void unprivilegedUser() {
        fake.status(1000, "0000000000000000", 0);
        assertObstacle(
                "not allowed to trace: CAP_BPF and CAP_PERFMON missing",
                "run it as root: sudo accept4-trace ...; for other ways see WITHOUT ROOT in the manual");
    }

    @Test
    void rootWithoutCapabilities() {
        fake.status(0, "0000008000000000", 0);
        assertObstacle(
                "not allowed to trace: CAP_PERFMON missing",
                "root does not have all capabilities here, e.g. in a container: grant them, or run it outside");
    }

    @Test
    void kernelWithoutBtf() {
        fake.btf("");
        assertObstacle(
                "this kernel has no type information: /sys/kernel/btf/vmlinux is missing",
                "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, e.g. that of a current distribution");
    }

    /**
     * In the /proc of another PID namespace, process ids differ from those that system calls return here, so its files
     * would describe the wrong processes.
     */
    @Test
    void procOfAnotherPidNamespace() {
        String hint = "mount that of this namespace: unshare --mount-proc, nsenter -m, or mount -t proc proc /proc";
        fake.outerProc();
        assertObstacle("/proc shows the processes of another PID namespace", hint);
        fake.strangersProc();
        assertObstacle("/proc shows the processes of another PID namespace", hint);
    }

    @Test
    void missingProc() {
        fake.withoutProc();
        assertObstacle("/proc is not mounted", "mount it: mount -t proc proc /proc");
    }

    @Test
    void unknownLockdownModePassesTheCheck() {
        fake.withoutSecurityfs();
        assertDoesNotThrow(() -> new Failures(fake.machine()).checkMachine());
        assertEquals(
                "a security module may forbid bpf(2): see the kernel's log (dmesg)",
                explain(LOAD, Errno.EPERM, "").hint());
    }

    @Test
    void lockdownThatForbidsReading() {
        fake.lockdown("none integrity [confidentiality]");
        assertObstacle(
                "kernel lockdown forbids reading the kernel's memory: its mode is confidentiality",
                "boot with lockdown=integrity, which allows tracing");
    }

    @Test
    void messageHasStageErrnoAndLibbpfsWarning() {
        UserError error = explain(LOAD, EINVAL, "libbpf: map 'events': failed to create");
        assertEquals(
                "cannot load the BPF programs: EINVAL (Invalid argument); libbpf: map 'events': failed to create",
                error.getMessage());
        assertEquals(1, error.status());
    }

    @Test
    void ignoresLibbpfsAdviceOnMissingPrivileges() {
        assertEquals(
                "cannot load the BPF programs: EPERM (Operation not permitted)",
                explain(LOAD, Errno.EPERM, "libbpf: make sure that RLIMIT_MEMLOCK is big enough")
                        .getMessage());
    }

    @Test
    void missingHookSuggestsTheCheck() {
        UserError error = explain(FailureKind.TRACEPOINT, "attach to syscalls:sys_exit_accept4", Errno.ENOENT, "");
        assertEquals(
                "cannot attach to syscalls:sys_exit_accept4: ENOENT (No such file or directory)", error.getMessage());
        assertEquals("this kernel does not have the hook; accept4-trace --check shows which ones it has", error.hint());
    }

    @Test
    void fullTracepointIsNotReportedAsTooManyProcesses() {
        assertEquals(
                "the tracepoint already has 64 programs, the kernel's limit: end other tracers",
                explain(FailureKind.TRACEPOINT, "attach to syscalls:sys_exit_accept4", Errno.E2BIG, "")
                        .hint());
    }

    @Test
    void missingTracefsIsNotReportedAsAMissingHook() {
        fake.withoutTracefs();
        assertEquals(
                "tracefs is not mounted, and mounting it failed: mount -t tracefs tracefs /sys/kernel/tracing",
                explain(FailureKind.TRACEPOINT, "attach to syscalls:sys_exit_accept4", Errno.EPERM, "")
                        .hint());
    }

    /** Hooks other than those of --probe need tracefs, too. */
    @Test
    void missingTracefsMattersMoreThanTheChosenHooks() {
        fake.withoutTracefs();
        assertEquals(
                "tracefs is not mounted, and mounting it failed: mount -t tracefs tracefs /sys/kernel/tracing",
                explainForced(FailureKind.TRACEPOINT, Errno.EACCES).hint());
        assertEquals(
                "without --probe, the best available hooks are used",
                explainForced(FailureKind.OTHER, Errno.EPERM).hint());
    }

    /**
     * The hint names the setting only if it is above 2 and the user lacks CAP_SYS_ADMIN. At first, it is 3, as on
     * Debian by default, and the user has only CAP_BPF and CAP_PERFMON.
     */
    @Test
    void settingThatForbidsTracepoints() {
        String setting = "kernel.perf_event_paranoid is 3, so tracing needs CAP_SYS_ADMIN; after sysctl"
                + " kernel.perf_event_paranoid=2, CAP_PERFMON is enough";
        fake.status(1000, "000000c000000000", 0).perfEventParanoid(3);
        assertEquals(
                setting,
                explain(FailureKind.TRACEPOINT, "attach to syscalls:sys_enter_accept4", Errno.EACCES, "")
                        .hint());
        fake.perfEventParanoid(2);
        assertEquals(
                "run it with all of root's capabilities (missing: CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_ADMIN)",
                explain(FailureKind.TRACEPOINT, "attach to syscalls:sys_enter_accept4", Errno.EACCES, "")
                        .hint());
        fake.status(0, ALL_CAPABILITIES, 0).perfEventParanoid(3);
        assertEquals(
                "a security module may forbid bpf(2): see the kernel's log (dmesg)",
                explain(FailureKind.TRACEPOINT, "attach to syscalls:sys_enter_accept4", Errno.EACCES, "")
                        .hint());
    }

    @Test
    void lockedMemoryIsLimitedBeforeLinux511() {
        String anything = "a security module may forbid bpf(2): see the kernel's log (dmesg)";
        fake.release("5.10.0-46-amd64").lockedMemory("65536");
        assertEquals(
                "before Linux 5.11, BPF programs count as locked memory, which is limited to 65536 bytes here:"
                        + " ulimit -l unlimited",
                explain(LOAD, Errno.EPERM, "").hint());
        fake.lockedMemory("unlimited");
        assertEquals(anything, explain(LOAD, Errno.EPERM, "").hint());
        fake.release("5.11.0").lockedMemory("65536");
        assertEquals(anything, explain(LOAD, Errno.EPERM, "").hint());
    }

    @Test
    void hintsAtTheReasonOfADenial() {
        assertEquals(
                "a security module may forbid bpf(2): see the kernel's log (dmesg)",
                explain(LOAD, Errno.EPERM, "").hint());
        fake.lockdown("none [integrity] confidentiality");
        assertEquals(
                "kernel lockdown is active: integrity",
                explain(LOAD, Errno.EPERM, "").hint());
        fake.status(0, ALL_CAPABILITIES, 2);
        assertEquals(
                "a seccomp filter, e.g. of a container, may forbid bpf(2): run it outside",
                explain(LOAD, Errno.EPERM, "").hint());
        fake.status(0, "000001ffffdfffff", 2);
        assertEquals(
                "run it with all of root's capabilities (missing: CAP_SYS_ADMIN)",
                explain(LOAD, Errno.EPERM, "").hint());
    }

    @Test
    void rootOfAUserNamespaceGetsItsOwnHint() {
        String hint = "root of a user namespace, e.g. of a rootless container, cannot trace: run it as root outside";
        fake.userNamespace(4026531837L);
        assertEquals(
                "a security module may forbid bpf(2): see the kernel's log (dmesg)",
                explain(LOAD, Errno.EPERM, "").hint());
        fake.userNamespace(4026532847L);
        assertEquals(hint, explain(LOAD, Errno.EPERM, "").hint());
    }

    @Test
    void unreadableKernelTypesAreNotReportedAsAMissingProcess() {
        UserError error = explain(
                FailureKind.KERNEL_TYPES, "read the kernel's types", EINVAL, "libbpf: Error loading vmlinux BTF: -22");
        assertEquals(
                "cannot read the kernel's types: EINVAL (Invalid argument); libbpf: Error loading vmlinux BTF: -22",
                error.getMessage());
        assertEquals(
                "/sys/kernel/btf/vmlinux must describe the running kernel; is another file mounted over it?",
                error.hint());
    }

    @Test
    void eachErrnoHasItsOwnHint() {
        Map<Integer, String> hints = new HashMap<>();
        for (int errno : new int[] {1, 2, 3, 7, 12, 23, 24, 71}) {
            String hint = explain("trace process 1", errno, "").hint();
            assertEquals(null, hints.put(errno, hint));
        }
        assertEquals(8, Set.copyOf(hints.values()).size(), hints::toString);
    }

    @Test
    void eachKindHasItsOwnHint() {
        Set<String> hints = new HashSet<>();
        for (FailureKind kind : FailureKind.values()) {
            assertTrue(hints.add(explain(kind, LOAD, EINVAL, "").hint()) || kind == FailureKind.TRACEPOINT);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "11 | the limit on processes is too low: ulimit -u, or pids.max of the container",
                "12 | too little memory is left, on the system or within the limit of a container",
                "0 | install it again with install.sh",
                "2 | install it again with install.sh",
            })
    void helperThatDoesNotStart(int errno, String hint) {
        assertEquals(
                hint,
                explain(FailureKind.HELPER, "start a4t-unwinder", errno, "it has ended")
                        .hint());
    }

    @Test
    void kindsMatchTheLibrary() {
        assertEquals(
                NativeLayout.FailureKind.NAMES,
                Stream.of(FailureKind.values())
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void failureWithoutErrnoShowsItsMessage() {
        assertEquals(
                "cannot load the native library: no ?[31mfile",
                explain("load the native library", 0, "no \u001b[31mfile").getMessage());
    }
}
