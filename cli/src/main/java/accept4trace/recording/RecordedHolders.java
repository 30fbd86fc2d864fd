package accept4trace.recording;

import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import accept4trace.queue.ListenerHolders;
import java.util.List;

/** Asks who holds listeners, and records each answer that is known. */
public final class RecordedHolders implements ListenerHolders {
    private final ListenerHolders holders;
    private final Recorder recorder;

    public RecordedHolders(ListenerHolders holders, Recorder recorder) {
        this.holders = holders;
        this.recorder = recorder;
    }

    @Override
    public void add(long inode) {
        holders.add(inode);
    }

    @Override
    public long version() {
        return holders.version();
    }

    /**
     * Once a target has held a socket, the answer remains TARGET, so it is recorded without a time. Other answers are
     * valid only for {@code atNs}.
     */
    @Override
    public Holder holder(long inode, long atNs) {
        Holder holder = holders.holder(inode, atNs);
        if (holder == Holder.TARGET) {
            recorder.answer(Question.of(Question.HOLDER, inode), Question.encode(holder));
        } else if (holder != Holder.UNKNOWN) {
            recorder.answer(Question.of(Question.HOLDER, inode, atNs), Question.encode(holder));
        }
        return holder;
    }

    @Override
    public void add(KernelSocket socket, long netns, long mntns) {
        holders.add(socket, netns, mntns);
    }

    /**
     * Records the listener that was found. Records null if there are several, because it is unknown which of them
     * refused the client.
     */
    @Override
    public List<KernelSocket> named(Endpoint name, long netns, long mntns) {
        List<KernelSocket> found = holders.named(name, netns, mntns);
        if (!found.isEmpty()) {
            recorder.answer(
                    Question.named(name, netns, mntns), found.size() == 1 ? Question.encode(found.get(0)) : null);
        }
        return found;
    }

    @Override
    public boolean isSince(long atNs) {
        return holders.isSince(atNs);
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
