package accept4trace.proc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of /proc and /sys that describe a machine, in the format of the kernel. */
public final class FakeMachine {
    private final Path root;

    /** Creates a current kernel that allows root everything. */
    public FakeMachine(Path root) {
        this.root = root;
        release("6.12.5-amd64")
                .status(0, "000001ffffffffff", 0)
                .btf("BTF")
                .lockdown("[none] integrity confidentiality");
        write("sys/kernel/tracing/events/enable", "0\n");
        write("sys/kernel/security/lsm", "lockdown,capability,yama");
    }

    public FakeMachine release(String release) {
        return write("proc/sys/kernel/osrelease", release + "\n");
    }

    public FakeMachine status(int uid, String capabilities, int seccomp) {
        return status(ProcessHandle.current().pid(), uid, capabilities, seccomp);
    }

    private FakeMachine status(long pid, int uid, String capabilities, int seccomp) {
        String uids = "\t" + uid;
        return write(
                "proc/self/status",
                "Name:\tjava\nPid:\t" + pid + "\nUid:" + uids.repeat(4) + "\nCapEff:\t" + capabilities + "\nSeccomp:\t"
                        + seccomp + "\n");
    }

    public FakeMachine btf(String content) {
        return write("sys/kernel/btf/vmlinux", content);
    }

    public FakeMachine lockdown(String modes) {
        return write("sys/kernel/security/lockdown", modes + "\n");
    }

    public FakeMachine userNamespace(long inode) {
        return namespace("user", inode);
    }

    public FakeMachine pidNamespace(long inode) {
        return namespace("pid", inode);
    }

    private FakeMachine namespace(String type, long inode) {
        try {
            Path link = root.resolve("proc/self/ns").resolve(type);
            Files.createDirectories(link.getParent());
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(type + ":[" + inode + "]"));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes this a kernel that was built without lockdown. */
    public FakeMachine withoutLockdown() {
        return delete("sys/kernel/security/lockdown");
    }

    /** Removes securityfs, as in most containers. */
    public FakeMachine withoutSecurityfs() {
        return withoutLockdown().delete("sys/kernel/security/lsm");
    }

    /** Makes this the /proc of a parent PID namespace. */
    public FakeMachine outerProc() {
        return status(ProcessHandle.current().pid() + 1, 0, "000001ffffffffff", 0);
    }

    /** Makes this the /proc of a PID namespace without this process. */
    public FakeMachine strangersProc() {
        return delete("proc/self/status").delete("proc/self");
    }

    public FakeMachine withoutProc() {
        return strangersProc().delete("proc/sys/kernel/osrelease");
    }

    public FakeMachine perfEventParanoid(int level) {
        return write("proc/sys/kernel/perf_event_paranoid", level + "\n");
    }

    public FakeMachine openFileLimit(long limit) {
        return write("proc/sys/fs/file-max", limit + "\n");
    }

    public FakeMachine lockedMemory(String limit) {
        return write(
                "proc/self/limits",
                "Limit                     Soft Limit           Hard Limit           Units     \n"
                        + "Max locked memory         " + limit + "                " + limit
                        + "                bytes     \n");
    }

    public FakeMachine withoutTracefs() {
        return delete("sys/kernel/tracing/events/enable").delete("sys/kernel/tracing/events");
    }

    private FakeMachine delete(String name) {
        try {
            Files.delete(root.resolve(name));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Machine machine() {
        return new Machine(root);
    }

    private FakeMachine write(String name, String text) {
        try {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
