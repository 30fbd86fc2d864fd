package accept4trace.recording;

import accept4trace.event.CallStack;
import accept4trace.event.OpenFile;
import accept4trace.event.UserStack;
import accept4trace.format.ProcessDetails;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Returns the details of processes and peers that a recording contains. */
final class PlayedDetails implements ProcessDetails {
    private final AnswerBook answers;
    private final boolean withNames;

    /** {@code withNames}: whether to return host names. */
    PlayedDetails(AnswerBook answers, boolean withNames) {
        this.answers = answers;
        this.withNames = withNames;
    }

    @Override
    public @Nullable OpenFile openFile(int tgid, int fd, long inode) {
        return answers.get(Question.of(Question.FILE, tgid, fd, inode), Question::file);
    }

    @Override
    public byte @Nullable [] cgroup(int tgid, long id) {
        return bytes(Question.of(Question.CGROUP, id));
    }

    @Override
    public CallStack stack(int tgid, UserStack stack) {
        CallStack unwound = answers.get(Question.of(Question.STACK), Question::stack);
        return unwound == null ? CallStack.NONE : unwound;
    }

    @Override
    public @Nullable String hostName(byte[] address) {
        byte[] name = withNames ? bytes(Question.of(Question.HOST_NAME, address)) : null;
        return name == null ? null : ByteReader.printable(name);
    }

    @Override
    public byte @Nullable [] interfaceName(int index, long netns) {
        return bytes(Question.of(Question.INTERFACE, index, netns));
    }

    private byte @Nullable [] bytes(ByteBuffer question) {
        return answers.get(question, in -> in.take(in.end()));
    }
}
