package accept4trace.recording;

import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import accept4trace.queue.ListenerHolders;

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
    public void add(KernelSocket socket, long netns, long mntns, int tgid, long atNs) {
        holders.add(socket, netns, mntns, tgid, atNs);
    }

    /**
     * Records an answer with its time if it is only valid then. Also does so if the question is repeated, because
     * answers that were recorded meanwhile are for later clients. An unknown listener is recorded too, so that readers
     * wait for the answer and do not use the previous one.
     */
    @Override
    public Named named(Endpoint name, long netns, long mntns, long atNs, boolean isRepeated) {
        Named found = holders.named(name, netns, mntns, atNs, isRepeated);
        boolean isKnown = found.validity() != Validity.UNTIL_SNAPSHOT;
        boolean isOfTime = isRepeated || found.validity() == Validity.ONLY_THEN;
        if (isKnown || !isRepeated) {
            recorder.answer(
                    isOfTime ? Question.named(name, netns, mntns, atNs) : Question.named(name, netns, mntns),
                    isKnown ? Question.encode(found.socket()) : null);
        }
        return found;
    }

    @Override
    public void exited(int tgid, long atNs) {
        holders.exited(tgid, atNs);
    }

    @Override
    public void closed(long inode, long atNs) {
        holders.closed(inode, atNs);
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
