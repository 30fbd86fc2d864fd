package accept4trace.recording;

import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import accept4trace.queue.ListenerHolders;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Returns who held listeners, according to a recording. The holder of a listener is unknown until playback reaches the
 * time at which the recorded trace found the holder.
 */
final class PlayedHolders implements ListenerHolders {
    private final AnswerBook answers;

    PlayedHolders(AnswerBook answers) {
        this.answers = answers;
    }

    @Override
    public void add(long inode) {}

    @Override
    public long version() {
        return answers.version();
    }

    @Override
    public Holder holder(long inode, long atNs) {
        Holder always = get(Question.of(Question.HOLDER, inode));
        Holder then = always == null ? get(Question.of(Question.HOLDER, inode, atNs)) : always;
        return then == null ? Holder.UNKNOWN : then;
    }

    @Override
    public void add(KernelSocket socket, long netns, long mntns) {}

    @Override
    public List<KernelSocket> named(Endpoint name, long netns, long mntns) {
        KernelSocket found = answers.get(Question.named(name, netns, mntns), Question::listener);
        return found == null ? List.of() : List.of(found);
    }

    /** Returns false, so that callers wait for an unknown name, which the recorded trace may have found later. */
    @Override
    public boolean isSince(long atNs) {
        return false;
    }

    private @Nullable Holder get(ByteBuffer question) {
        return answers.get(question, Question::holder);
    }

    @Override
    public void refresh() {}

    @Override
    public void takeNow() {}
}
