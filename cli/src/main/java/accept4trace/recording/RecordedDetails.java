package accept4trace.recording;

import accept4trace.event.CallStack;
import accept4trace.event.OpenFile;
import accept4trace.event.UserStack;
import accept4trace.format.ProcessDetails;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Looks up details, and records each answer. */
final class RecordedDetails implements ProcessDetails {
    private final ProcessDetails details;
    private final Recorder recorder;

    RecordedDetails(ProcessDetails details, Recorder recorder) {
        this.details = details;
        this.recorder = recorder;
    }

    @Override
    public @Nullable OpenFile openFile(int tgid, int fd, long inode) {
        OpenFile file = details.openFile(tgid, fd, inode);
        recorder.answer(Question.of(Question.FILE, tgid, fd, inode), Question.encode(file));
        return file;
    }

    @Override
    public byte @Nullable [] cgroup(int tgid, long id) {
        byte[] path = details.cgroup(tgid, id);
        recorder.answer(Question.of(Question.CGROUP, id), path);
        return path;
    }

    @Override
    public CallStack stack(int tgid, UserStack stack) {
        CallStack unwound = details.stack(tgid, stack);
        recorder.answer(Question.of(Question.STACK), Question.encode(unwound));
        return unwound;
    }

    @Override
    public @Nullable String hostName(byte[] address) {
        String name = details.hostName(address);
        if (name != null) {
            recorder.answer(Question.of(Question.HOST_NAME, address), name.getBytes(StandardCharsets.UTF_8));
        }
        return name;
    }

    @Override
    public byte @Nullable [] interfaceName(int index, long netns) {
        byte[] name = details.interfaceName(index, netns);
        recorder.answer(Question.of(Question.INTERFACE, index, netns), name);
        return name;
    }
}
