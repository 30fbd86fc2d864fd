package accept4trace.proc;

import accept4trace.text.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The folder of a cgroup of the unified hierarchy, which lists the processes in it. */
public final class CgroupFolder {
    /** The mount points that native/load/cgroup.c also tries. */
    private static final List<Path> MOUNT_POINTS =
            List.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"));
    /** Exists in every folder of the unified hierarchy, and in no other one. */
    private static final String UNIFIED_ONLY = "cgroup.controllers";

    private final Path folder;
    private final Processes processes;

    private CgroupFolder(Path folder, Processes processes) {
        this.folder = folder;
        this.processes = processes;
    }

    /**
     * Finds the folder of a cgroup.
     *
     * @param name a path in the file system, or as in /proc/PID/cgroup; one character per byte
     * @return null if there is no such cgroup
     */
    public static @Nullable CgroupFolder find(String name, Processes processes) {
        return find(name, MOUNT_POINTS, processes);
    }

    static @Nullable CgroupFolder find(String name, List<Path> mountPoints, Processes processes) {
        for (Path candidate : candidates(name, mountPoints)) {
            if (Files.exists(candidate.resolve(UNIFIED_ONLY))) {
                return new CgroupFolder(candidate, processes);
            }
        }
        return null;
    }

    private static List<Path> candidates(String name, List<Path> mountPoints) {
        String path = FileNames.decode(name);
        List<Path> candidates = new ArrayList<>();
        try {
            if (path.startsWith("/")) {
                candidates.add(Path.of(path));
            }
            for (Path mountPoint : mountPoints) {
                candidates.add(Path.of(mountPoint + "/" + path));
            }
        } catch (InvalidPathException e) {
            return List.of();
        }
        return candidates;
    }

    /** Returns the ids of all processes in the cgroup and below; none if the cgroup has been removed. */
    public Set<Integer> tgids() throws UnreadableException {
        Set<Integer> tgids = new HashSet<>();
        addAll(folder, tgids);
        return tgids;
    }

    private void addAll(Path cgroup, Set<Integer> tgids) throws UnreadableException {
        addProcesses(cgroup, tgids);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(cgroup, CgroupFolder::isFolder)) {
            for (Path entry : entries) {
                addAll(entry, tgids);
            }
        } catch (UnreadableException e) {
            throw e;
        } catch (IOException | DirectoryIteratorException e) {
            requireRemoved(cgroup, cgroup, e instanceof IOException failure ? failure : new IOException(e));
        }
    }

    private static boolean isFolder(Path entry) {
        return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    }

    /** In a threaded cgroup, only the list of threads is readable. */
    private void addProcesses(Path cgroup, Set<Integer> tgids) throws UnreadableException {
        try {
            lines(cgroup.resolve("cgroup.procs")).forEach(tgids::add);
        } catch (IOException e) {
            addThreads(cgroup, tgids);
        }
    }

    private void addThreads(Path cgroup, Set<Integer> tgids) throws UnreadableException {
        Path threads = cgroup.resolve("cgroup.threads");
        try {
            lines(threads).forEach(tid -> tgids.add(processes.tgid(tid)));
        } catch (IOException e) {
            requireRemoved(cgroup, threads, e);
        }
    }

    private static List<Integer> lines(Path file) throws IOException {
        return new String(ProcText.read(file), StandardCharsets.ISO_8859_1)
                .lines()
                .map(line -> ProcText.integer(line, 10, 0))
                .toList();
    }

    private static void requireRemoved(Path cgroup, Path file, IOException failure) throws UnreadableException {
        if (Files.exists(cgroup)) {
            throw new UnreadableException(file, failure);
        }
    }
}
