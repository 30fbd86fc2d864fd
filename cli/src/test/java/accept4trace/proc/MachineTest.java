package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir
    private Path root;

    private FakeMachine fake;

    @BeforeEach
    void currentKernel() {
        fake = new FakeMachine(root);
    }

    @Test
    void lockdownIsTheModeInBrackets() {
        assertEquals("none", fake.machine().lockdown());
        assertFalse(fake.machine().isLockedDown());
        fake.lockdown("none integrity [confidentiality]");
        assertEquals("confidentiality", fake.machine().lockdown());
        assertTrue(fake.machine().isLockedDown());
    }

    /**
     * If securityfs is mounted and has no lockdown file, lockdown is off. If securityfs is not mounted, lockdown is
     * unknown. The file with the list of security modules shows whether it is mounted.
     */
    @Test
    void unreadableLockdownIsUnknown() {
        fake.lockdown("garbled");
        assertEquals("unknown", fake.machine().lockdown());
        fake.withoutLockdown();
        assertEquals("none", fake.machine().lockdown());
        fake.lockdown("[none]").withoutSecurityfs();
        assertEquals("unknown", fake.machine().lockdown());
        assertFalse(fake.machine().isLockedDown());
    }

    @Test
    void initialPidNamespaceIsKnownByItsNumber() {
        assertFalse(fake.machine().isInPidNamespace());
        assertFalse(fake.pidNamespace(4_026_531_836L).machine().isInPidNamespace());
        assertTrue(fake.pidNamespace(4_026_532_000L).machine().isInPidNamespace());
    }

    /** Tests only readable and missing folders, because root, who may run this test, can read every folder. */
    @Test
    void unreadableTracefsIsNotMissing() throws Exception {
        assertEquals(Machine.Access.READABLE, fake.machine().tracefs());
        fake.withoutTracefs();
        assertEquals(Machine.Access.ABSENT, fake.machine().tracefs());
    }

    @Test
    void limitIsReadAgainFromTheOpenFile() {
        assertEquals(-1, fake.machine().openFileLimit().getAsLong());
        LongSupplier limit = fake.openFileLimit(1000).machine().openFileLimit();
        assertEquals(1000, limit.getAsLong());
        fake.openFileLimit(20);
        assertEquals(20, limit.getAsLong());
    }

    @Test
    void procShowsOurPidNamespace() {
        assertEquals(Machine.ProcView.OWN, new Machine(Path.of("/")).procView());
    }
}
