package accept4trace.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Requirements of live tests. If a requirement is not met, the test is skipped with a message; if a4t.require.live is
 * set, the test fails instead.
 */
final class Requirements {
    private static final String MUST = "a4t.require.live";

    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    private Requirements() {}

    static void require(boolean fulfilled, String reason) {
        if (Boolean.getBoolean(MUST)) {
            Assertions.assertTrue(fulfilled, reason);
        }
        report(fulfilled, reason);
        Assumptions.assumeTrue(fulfilled, reason);
    }

    /**
     * Requires a feature of the kernel. Without the feature, the test is skipped even if a4t.require.live is set,
     * because the test also runs on other kernels.
     */
    static void ofKernel(boolean fulfilled, String reason) {
        report(fulfilled, reason);
        Assumptions.assumeTrue(fulfilled, reason);
    }

    /** Prints each reason, but only once. Maven writes reasons to its reports, and does not print them. */
    private static void report(boolean fulfilled, String reason) {
        if (!fulfilled && REPORTED.add(reason)) {
            System.out.println("skipped: " + reason);
        }
    }

    static String property(String name) {
        String value = System.getProperty(name);
        require(value != null, "system property " + name + " is not set");
        return value;
    }

    /** Finds a program in PATH, or in the sbin folders, which PATH may lack. */
    static Path installed(String program) {
        Stream<String> folders =
                Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin", "/sbin"));
        Optional<Path> found = folders.map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
        require(found.isPresent(), program + " is not installed");
        return found.orElseThrow();
    }

    /** Requires private mounts: {@code unshare -m} fails if the root folder is not a mount point. */
    static void ownMounts() {
        require(
                rootIsAMount(),
                "the root folder is not a mount point, as in a chroot: unshare -m cannot make mounts private");
    }

    private static boolean rootIsAMount() {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return mounts.anyMatch(line -> line.split(" ", -1)[4].equals("/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Requires that all users can reach a file. Ordinary users cannot reach e.g. files below root's home folder. */
    static void openToEverybody(Path file) {
        for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
            require(isOpen(folder), folder + ": ordinary users cannot enter it, but one of them must start " + file);
        }
    }

    private static boolean isOpen(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isRoot() {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            return status.anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
