package accept4trace.fake;

import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import accept4trace.queue.ListenerHolders;
import java.util.List;

/** Counts the lookups of sockets. */
public final class CountingHolders implements ListenerHolders {
    public int lookups;

    private final ListenerHolders holders;

    public CountingHolders(ListenerHolders holders) {
        this.holders = holders;
    }

    @Override
    public void add(long inode) {
        holders.add(inode);
    }

    @Override
    public void add(KernelSocket socket, long netns, long mntns) {
        holders.add(socket, netns, mntns);
    }

    @Override
    public List<KernelSocket> named(Endpoint name, long netns, long mntns) {
        return holders.named(name, netns, mntns);
    }

    @Override
    public boolean isSince(long atNs) {
        return holders.isSince(atNs);
    }

    @Override
    public long version() {
        return holders.version();
    }

    @Override
    public Holder holder(long inode, long atNs) {
        lookups++;
        return holders.holder(inode, atNs);
    }

    @Override
    public void refresh() {
        holders.refresh();
    }

    @Override
    public void takeNow() {
        holders.takeNow();
    }
}
