package accept4trace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.cli.UserError;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final int EINVAL = 22;
    private static final int ENOENT = 2;

    private static UserError explain(String stage, int errno, String detail) {
        return Failures.explain(new CaptureException(stage, errno, detail));
    }

    @Test
    void tellsStageErrnoAndLibbpfsWords() {
        UserError error = explain("load the BPF programs", EINVAL, "libbpf: map 'events': failed to create");
        assertEquals(
                "cannot load the BPF programs: EINVAL (Invalid argument); libbpf: map 'events': failed to create",
                error.getMessage());
        assertEquals(1, error.status());
    }

    @Test
    void aMissingHookPointsToTheCheck() {
        UserError error = explain("attach to syscalls:sys_exit_accept4", ENOENT, "");
        assertEquals(
                "cannot attach to syscalls:sys_exit_accept4: ENOENT (No such file or directory)", error.getMessage());
        assertTrue(error.hint().contains("--check"), error.hint());
    }

    @Test
    void whatFailedWithoutErrnoIsToldInItsOwnWords() {
        assertEquals(
                "cannot load the native library: no ?[31mfile",
                explain("load the native library", 0, "no \u001b[31mfile").getMessage());
    }
}
