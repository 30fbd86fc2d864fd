package accept4trace.fake;

import accept4trace.event.OpenFile;
import accept4trace.format.ProcessDetails;

/** Knows no details. Tests override what they need. */
public class NoDetails implements ProcessDetails {
    public static final ProcessDetails NONE = new NoDetails();

    protected NoDetails() {}

    @Override
    public OpenFile openFile(int tgid, int fd, long inode) {
        return null;
    }

    @Override
    public byte[] cgroup(int tgid, long id) {
        return null;
    }
}
