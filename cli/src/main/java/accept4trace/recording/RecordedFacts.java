package accept4trace.recording;

import accept4trace.diagnose.ServerFacts;
import java.nio.ByteBuffer;

/** Looks up facts, and records each answer. */
public final class RecordedFacts implements ServerFacts {
    private final ServerFacts facts;
    private final Recorder recorder;

    /** The facts, with their numbers in recordings. */
    enum Fact {
        READABLE(0),
        OPEN_FLAGS(1),
        ASLEEP(2),
        WATCHED_EVENTS(3),
        RUNNING(4),
        ONE_THREAD(5),
        OTHER_PROGRAMS(6),
        FILE_LIMIT(7),
        MACHINE_FILE_LIMIT(8),
        OVERFLOWS(9);

        private final int number;

        Fact(int number) {
            this.number = number;
        }
    }

    public RecordedFacts(ServerFacts facts, Recorder recorder) {
        this.facts = facts;
        this.recorder = recorder;
    }

    static ByteBuffer question(Fact fact, long... arguments) {
        long[] parts = new long[arguments.length + 1];
        parts[0] = fact.number;
        System.arraycopy(arguments, 0, parts, 1, arguments.length);
        return Question.of(Question.FACT, parts);
    }

    private long record(long answer, Fact fact, long... arguments) {
        recorder.answer(
                question(fact, arguments), new ByteWriter().signed(answer).toBytes());
        return answer;
    }

    private boolean record(boolean answer, Fact fact, long... arguments) {
        return record(answer ? 1 : 0, fact, arguments) != 0;
    }

    @Override
    public boolean isReadable(int tgid) {
        return record(facts.isReadable(tgid), Fact.READABLE, tgid);
    }

    @Override
    public int openFlags(int tgid, int fd, long inode) {
        return (int) record(facts.openFlags(tgid, fd, inode), Fact.OPEN_FLAGS, tgid, fd, inode);
    }

    @Override
    public boolean isAsleep(int tgid, int tid) {
        return record(facts.isAsleep(tgid, tid), Fact.ASLEEP, tgid, tid);
    }

    @Override
    public int watchedEvents(int tgid, int epollFd, long inode) {
        return (int) record(facts.watchedEvents(tgid, epollFd, inode), Fact.WATCHED_EVENTS, tgid, epollFd, inode);
    }

    @Override
    public boolean isRunning(int tgid) {
        return record(facts.isRunning(tgid), Fact.RUNNING, tgid);
    }

    @Override
    public boolean hasOneThread(int tgid) {
        return record(facts.hasOneThread(tgid), Fact.ONE_THREAD, tgid);
    }

    @Override
    public boolean runsOtherPrograms(int tgid) {
        return record(facts.runsOtherPrograms(tgid), Fact.OTHER_PROGRAMS, tgid);
    }

    @Override
    public long openFileLimit(int tgid) {
        return record(facts.openFileLimit(tgid), Fact.FILE_LIMIT, tgid);
    }

    @Override
    public long machineFileLimit() {
        return record(facts.machineFileLimit(), Fact.MACHINE_FILE_LIMIT);
    }

    @Override
    public long overflows(long netns) {
        return record(facts.overflows(netns), Fact.OVERFLOWS, netns);
    }
}
