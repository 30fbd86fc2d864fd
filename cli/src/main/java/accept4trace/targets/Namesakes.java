package accept4trace.targets;

import accept4trace.capture.Snapshots;
import accept4trace.event.ListenerHolder;
import accept4trace.proc.ProcessNames;
import accept4trace.proc.Processes;
import accept4trace.queue.QueueSelection;
import accept4trace.text.Printable;
import java.util.Collection;
import java.util.concurrent.Executor;

/** Looks for servers that have the name of a command, because the user may have meant to trace them. */
public final class Namesakes {
    private final String name;
    private final Processes processes;
    private final Executor background;
    private ListenerOwners owners = ListenerOwners.none();

    /** {@code command}: name or path of the command; empty to look for no servers. */
    public Namesakes(String command, Processes processes, Executor background) {
        this.name = command.substring(command.lastIndexOf('/') + 1);
        this.processes = processes;
        this.background = background;
    }

    /** Begins the search. */
    void find(Snapshots snapshots) {
        if (!name.isEmpty()) {
            owners = ListenerOwners.find(QueueSelection::all, snapshots, this::hint, "", background);
        }
    }

    private String hint(Collection<ListenerHolder> owners) {
        ProcessNames names = new ProcessNames(processes);
        String shown = Printable.argument(name);
        return owners.stream().anyMatch(owner -> names.hasName(owner.tgid(), name))
                ? shown + " is running; to trace it: -p " + shown
                : "";
    }

    /** Waits for the end of the search, but not for long. Call this before the command starts. */
    void await() {
        owners.await();
    }

    /**
     * Returns what to do if the user meant a running server; empty if there is no such server, or if the search has not
     * ended.
     */
    String hint() {
        String known = owners.now();
        return known == null ? "" : known;
    }
}
