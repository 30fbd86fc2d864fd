package accept4trace.proc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of /proc and /sys that tell what a machine is, with lines as the kernel writes them. */
public final class FakeMachine {
    private final Path root;

    /** A current kernel on which root may do everything. */
    public FakeMachine(Path root) {
        this.root = root;
        release("6.12.5-amd64")
                .status(0, "000001ffffffffff", 0)
                .btf("BTF")
                .lockdown("[none] integrity confidentiality");
        write("sys/kernel/tracing/events/enable", "0\n");
    }

    public FakeMachine release(String release) {
        return write("proc/sys/kernel/osrelease", release + "\n");
    }

    public FakeMachine status(int uid, String capabilities, int seccomp) {
        String uids = "\t" + uid;
        return write(
                "proc/self/status",
                "Name:\tjava\nUid:" + uids.repeat(4) + "\nCapEff:\t" + capabilities + "\nSeccomp:\t" + seccomp + "\n");
    }

    public FakeMachine btf(String content) {
        return write("sys/kernel/btf/vmlinux", content);
    }

    public FakeMachine lockdown(String modes) {
        return write("sys/kernel/security/lockdown", modes + "\n");
    }

    public FakeMachine withoutTracefs() {
        try {
            Files.delete(root.resolve("sys/kernel/tracing/events/enable"));
            Files.delete(root.resolve("sys/kernel/tracing/events"));
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
