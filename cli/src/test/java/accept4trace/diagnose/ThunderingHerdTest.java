package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import org.junit.jupiter.api.Test;

/** Tests what a finding says about the threads that wait for a listener. */
class ThunderingHerdTest extends Examining {
    @Test
    void herdOfOneThreadHasUntracedMembers() {
        repeat(20, () -> {
            wake(1);
            add(empty(1));
        });
        assertTrue(
                finding(Kind.HERD)
                        .remedy()
                        .startsWith("Only one thread was seen to wait for it, so others, which are not traced, probably"
                                + " wait, too. Each connection wakes all of them: "),
                finding(Kind.HERD).remedy());
        wake(1);
        examination.add(call(1).thread(2)
                .related(EPOLL_WAIT, 8, 0, 512, -1)
                .ready(1)
                .ret(1)
                .decodeRelated());
        assertTrue(finding(Kind.HERD).remedy().startsWith("2 threads of one process wait for it. "));
    }
}
