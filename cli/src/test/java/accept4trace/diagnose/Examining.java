package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.EventDecoder;
import accept4trace.event.RecordBuilder;
import accept4trace.format.SocketFlags;
import java.util.List;

/** Base class for tests of findings. The examined server is an nginx, whose workers accept on port 443. */
abstract class Examining {
    static final long SECOND = 1_000_000_000;
    static final long MILLI = 1_000_000;
    static final int EAGAIN = -11;
    static final int EPOLL_WAIT = 8;
    static final int EPOLLEXCLUSIVE = 1 << 28;
    static final int BOTH_FLAGS = SocketFlags.CLOEXEC | SocketFlags.NONBLOCK;
    static final byte[] ANY = {0, 0, 0, 0};
    static final byte[] SERVER = {10, 0, 0, 1};
    static final byte[] CLIENT = {10, 0, 0, 9};

    final FakeServerFacts facts = new FakeServerFacts();
    final Examination examination = new Examination(facts, false);
    final EventDecoder decoder = new EventDecoder();
    /** The length of the run. It is short, so that a few events have a high rate. */
    long durationNs = SECOND / 10;

    static RecordBuilder call(int worker) {
        return new RecordBuilder().by(worker, worker).tcpListener(ANY, 443).arguments(0, 0, BOTH_FLAGS);
    }

    static RecordBuilder connection(int worker) {
        return call(worker).ret(9).tcpPeer(SERVER, 443, CLIENT, 5000);
    }

    static RecordBuilder empty(int worker) {
        return call(worker).ret(EAGAIN);
    }

    void add(RecordBuilder record) {
        examination.add(record.decode(decoder));
    }

    void wake(int worker) {
        examination.add(
                call(worker).related(EPOLL_WAIT, 8, 0, 512, -1).ready(1).ret(1).decodeRelated());
    }

    Diagnosis diagnosis() {
        return examination.diagnosis(durationNs, null, "");
    }

    List<String> headlines() {
        return diagnosis().findings().stream().map(Finding::headline).toList();
    }

    Finding finding(Kind kind) {
        return diagnosis().findings().stream()
                .filter(finding -> finding.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new AssertionError(headlines()));
    }

    void repeat(int times, Runnable what) {
        for (int i = 0; i < times; i++) {
            what.run();
        }
    }
}
