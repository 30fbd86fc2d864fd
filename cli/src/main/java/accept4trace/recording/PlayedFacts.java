package accept4trace.recording;

import accept4trace.diagnose.ServerFacts;

/** Returns the facts about servers that a recording contains. */
final class PlayedFacts implements ServerFacts {
    private final AnswerBook answers;

    PlayedFacts(AnswerBook answers) {
        this.answers = answers;
    }

    private long get(RecordedFacts.Fact fact, long unknown, long... arguments) {
        Long known = answers.get(RecordedFacts.question(fact, arguments), ByteReader::signed);
        return known == null ? unknown : known;
    }

    @Override
    public boolean isReadable(int tgid) {
        return get(RecordedFacts.Fact.READABLE, 1, tgid) != 0;
    }

    @Override
    public int openFlags(int tgid, int fd, long inode) {
        return (int) get(RecordedFacts.Fact.OPEN_FLAGS, UNKNOWN, tgid, fd, inode);
    }

    @Override
    public boolean isAsleep(int tgid, int tid) {
        return get(RecordedFacts.Fact.ASLEEP, 0, tgid, tid) != 0;
    }

    @Override
    public int watchedEvents(int tgid, int epollFd, long inode) {
        return (int) get(RecordedFacts.Fact.WATCHED_EVENTS, UNKNOWN, tgid, epollFd, inode);
    }

    @Override
    public boolean isRunning(int tgid) {
        return get(RecordedFacts.Fact.RUNNING, 0, tgid) != 0;
    }

    @Override
    public boolean hasOneThread(int tgid) {
        return get(RecordedFacts.Fact.ONE_THREAD, 0, tgid) != 0;
    }

    @Override
    public boolean runsOtherPrograms(int tgid) {
        return get(RecordedFacts.Fact.OTHER_PROGRAMS, 0, tgid) != 0;
    }

    @Override
    public long openFileLimit(int tgid) {
        return get(RecordedFacts.Fact.FILE_LIMIT, UNKNOWN, tgid);
    }

    @Override
    public long machineFileLimit() {
        return get(RecordedFacts.Fact.MACHINE_FILE_LIMIT, UNKNOWN);
    }

    @Override
    public long overflows(long netns) {
        return get(RecordedFacts.Fact.OVERFLOWS, UNKNOWN, netns);
    }
}
