package accept4trace.recording;

import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import accept4trace.queue.ListenerHolders;
import java.nio.ByteBuffer;
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
    public void add(KernelSocket socket, long netns, long mntns, int tgid, long atNs) {}

    /**
     * Returns UNKNOWN if there is no answer yet, because the recorded trace may have found the listener later. A
     * repeated question only accepts the answer for its own time, because others may be about a listener that has got
     * the name since.
     */
    @Override
    public Named named(Endpoint name, long netns, long mntns, long atNs, boolean isRepeated) {
        KernelSocket then = listener(Question.named(name, netns, mntns, atNs));
        if (then != null) {
            return then.inode() == 0 ? Named.NEVER : new Named(then, Validity.ONLY_THEN);
        }
        KernelSocket found = isRepeated ? null : listener(Question.named(name, netns, mntns));
        return found == null ? Named.UNKNOWN : new Named(found, Validity.ALSO_LATER);
    }

    private @Nullable KernelSocket listener(ByteBuffer question) {
        return answers.get(question, Question::listener);
    }

    @Override
    public void exited(int tgid, long atNs) {}

    @Override
    public void closed(long inode, long atNs) {}

    private @Nullable Holder get(ByteBuffer question) {
        return answers.get(question, Question::holder);
    }

    @Override
    public void refresh() {}

    @Override
    public void takeNow() {}
}
