package accept4trace.recording;

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

    /** A socket that a target has held belongs to it from then on. Other answers are only valid for one time. */
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
    public void refresh() {
        holders.refresh();
    }

    @Override
    public void takeNow() {
        holders.takeNow();
    }
}
