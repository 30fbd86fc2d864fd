package accept4trace.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Linux error numbers of x86, arm64 and riscv, with their names and strerror(3) messages. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOSPC = 28;
    public static final int EPIPE = 32;
    public static final int ENOSYS = 38;
    public static final int EPROTO = 71;
    public static final int ELIBACC = 79;
    public static final int EOPNOTSUPP = 95;
    public static final int ECANCELED = 125;

    private static final int RESTART_FIRST = 512;
    private static final String[] NAMES = new String[134];
    private static final String[] MESSAGES = new String[NAMES.length];
    /** Restart codes of include/linux/errno.h, seen by sys_exit, but never by the program. 515 is not one of them. */
    private static final String[][] RESTARTS = {
        {"ERESTARTSYS", "To be restarted if SA_RESTART is set"},
        {"ERESTARTNOINTR", "To be restarted"},
        {"ERESTARTNOHAND", "To be restarted if no handler"},
        null,
        {"ERESTART_RESTARTBLOCK", "Interrupted by signal"},
    };

    static {
        set(EPERM, "EPERM", "Operation not permitted");
        set(ENOENT, "ENOENT", "No such file or directory");
        set(ESRCH, "ESRCH", "No such process");
        set(4, "EINTR", "Interrupted system call");
        set(5, "EIO", "Input/output error");
        set(6, "ENXIO", "No such device or address");
        set(E2BIG, "E2BIG", "Argument list too long");
        set(8, "ENOEXEC", "Exec format error");
        set(9, "EBADF", "Bad file descriptor");
        set(10, "ECHILD", "No child processes");
        set(EAGAIN, "EAGAIN", "Resource temporarily unavailable");
        set(ENOMEM, "ENOMEM", "Cannot allocate memory");
        set(EACCES, "EACCES", "Permission denied");
        set(14, "EFAULT", "Bad address");
        set(15, "ENOTBLK", "Block device required");
        set(16, "EBUSY", "Device or resource busy");
        set(17, "EEXIST", "File exists");
        set(18, "EXDEV", "Invalid cross-device link");
        set(19, "ENODEV", "No such device");
        set(20, "ENOTDIR", "Not a directory");
        set(21, "EISDIR", "Is a directory");
        set(22, "EINVAL", "Invalid argument");
        set(ENFILE, "ENFILE", "Too many open files in system");
        set(EMFILE, "EMFILE", "Too many open files");
        set(25, "ENOTTY", "Inappropriate ioctl for device");
        set(26, "ETXTBSY", "Text file busy");
        set(27, "EFBIG", "File too large");
        set(ENOSPC, "ENOSPC", "No space left on device");
        set(29, "ESPIPE", "Illegal seek");
        set(30, "EROFS", "Read-only file system");
        set(31, "EMLINK", "Too many links");
        set(EPIPE, "EPIPE", "Broken pipe");
        set(33, "EDOM", "Numerical argument out of domain");
        set(34, "ERANGE", "Numerical result out of range");
        set(35, "EDEADLK", "Resource deadlock avoided");
        set(36, "ENAMETOOLONG", "File name too long");
        set(37, "ENOLCK", "No locks available");
        set(ENOSYS, "ENOSYS", "Function not implemented");
        set(39, "ENOTEMPTY", "Directory not empty");
        set(40, "ELOOP", "Too many levels of symbolic links");
        set(42, "ENOMSG", "No message of desired type");
        set(43, "EIDRM", "Identifier removed");
        set(44, "ECHRNG", "Channel number out of range");
        set(45, "EL2NSYNC", "Level 2 not synchronized");
        set(46, "EL3HLT", "Level 3 halted");
        set(47, "EL3RST", "Level 3 reset");
        set(48, "ELNRNG", "Link number out of range");
        set(49, "EUNATCH", "Protocol driver not attached");
        set(50, "ENOCSI", "No CSI structure available");
        set(51, "EL2HLT", "Level 2 halted");
        set(52, "EBADE", "Invalid exchange");
        set(53, "EBADR", "Invalid request descriptor");
        set(54, "EXFULL", "Exchange full");
        set(55, "ENOANO", "No anode");
        set(56, "EBADRQC", "Invalid request code");
        set(57, "EBADSLT", "Invalid slot");
        set(59, "EBFONT", "Bad font file format");
        set(60, "ENOSTR", "Device not a stream");
        set(61, "ENODATA", "No data available");
        set(62, "ETIME", "Timer expired");
        set(63, "ENOSR", "Out of streams resources");
        set(64, "ENONET", "Machine is not on the network");
        set(65, "ENOPKG", "Package not installed");
        set(66, "EREMOTE", "Object is remote");
        set(67, "ENOLINK", "Link has been severed");
        set(68, "EADV", "Advertise error");
        set(69, "ESRMNT", "Srmount error");
        set(70, "ECOMM", "Communication error on send");
        set(EPROTO, "EPROTO", "Protocol error");
        set(72, "EMULTIHOP", "Multihop attempted");
        set(73, "EDOTDOT", "RFS specific error");
        set(74, "EBADMSG", "Bad message");
        set(75, "EOVERFLOW", "Value too large for defined data type");
        set(76, "ENOTUNIQ", "Name not unique on network");
        set(77, "EBADFD", "File descriptor in bad state");
        set(78, "EREMCHG", "Remote address changed");
        set(ELIBACC, "ELIBACC", "Can not access a needed shared library");
        set(80, "ELIBBAD", "Accessing a corrupted shared library");
        set(81, "ELIBSCN", ".lib section in a.out corrupted");
        set(82, "ELIBMAX", "Attempting to link in too many shared libraries");
        set(83, "ELIBEXEC", "Cannot exec a shared library directly");
        set(84, "EILSEQ", "Invalid or incomplete multibyte or wide character");
        set(85, "ERESTART", "Interrupted system call should be restarted");
        set(86, "ESTRPIPE", "Streams pipe error");
        set(87, "EUSERS", "Too many users");
        set(88, "ENOTSOCK", "Socket operation on non-socket");
        set(89, "EDESTADDRREQ", "Destination address required");
        set(90, "EMSGSIZE", "Message too long");
        set(91, "EPROTOTYPE", "Protocol wrong type for socket");
        set(92, "ENOPROTOOPT", "Protocol not available");
        set(93, "EPROTONOSUPPORT", "Protocol not supported");
        set(94, "ESOCKTNOSUPPORT", "Socket type not supported");
        set(EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported");
        set(96, "EPFNOSUPPORT", "Protocol family not supported");
        set(97, "EAFNOSUPPORT", "Address family not supported by protocol");
        set(98, "EADDRINUSE", "Address already in use");
        set(99, "EADDRNOTAVAIL", "Cannot assign requested address");
        set(100, "ENETDOWN", "Network is down");
        set(101, "ENETUNREACH", "Network is unreachable");
        set(102, "ENETRESET", "Network dropped connection on reset");
        set(103, "ECONNABORTED", "Software caused connection abort");
        set(104, "ECONNRESET", "Connection reset by peer");
        set(105, "ENOBUFS", "No buffer space available");
        set(106, "EISCONN", "Transport endpoint is already connected");
        set(107, "ENOTCONN", "Transport endpoint is not connected");
        set(108, "ESHUTDOWN", "Cannot send after transport endpoint shutdown");
        set(109, "ETOOMANYREFS", "Too many references: cannot splice");
        set(110, "ETIMEDOUT", "Connection timed out");
        set(111, "ECONNREFUSED", "Connection refused");
        set(112, "EHOSTDOWN", "Host is down");
        set(113, "EHOSTUNREACH", "No route to host");
        set(114, "EALREADY", "Operation already in progress");
        set(115, "EINPROGRESS", "Operation now in progress");
        set(116, "ESTALE", "Stale file handle");
        set(117, "EUCLEAN", "Structure needs cleaning");
        set(118, "ENOTNAM", "Not a XENIX named type file");
        set(119, "ENAVAIL", "No XENIX semaphores available");
        set(120, "EISNAM", "Is a named type file");
        set(121, "EREMOTEIO", "Remote I/O error");
        set(122, "EDQUOT", "Disk quota exceeded");
        set(123, "ENOMEDIUM", "No medium found");
        set(124, "EMEDIUMTYPE", "Wrong medium type");
        set(ECANCELED, "ECANCELED", "Operation canceled");
        set(126, "ENOKEY", "Required key not available");
        set(127, "EKEYEXPIRED", "Key has expired");
        set(128, "EKEYREVOKED", "Key has been revoked");
        set(129, "EKEYREJECTED", "Key was rejected by service");
        set(130, "EOWNERDEAD", "Owner died");
        set(131, "ENOTRECOVERABLE", "State not recoverable");
        set(132, "ERFKILL", "Operation not possible due to RF-kill");
    }

    private Errno() {}

    private static void set(int errno, String name, String message) {
        NAMES[errno] = name;
        MESSAGES[errno] = message;
    }

    /** Returns e.g. "EAGAIN (Resource temporarily unavailable)", or "errno N" for an unknown number. */
    public static String describe(int errno) {
        return isKnown(errno) ? NAMES[errno] + " (" + MESSAGES[errno] + ")" : "errno " + errno;
    }

    /** Returns e.g. "Resource temporarily unavailable", or "errno N" for an unknown number. */
    public static String message(int errno) {
        return isKnown(errno) ? MESSAGES[errno] : "errno " + errno;
    }

    /** Returns e.g. "EAGAIN", including the restart codes, or "errno N" for an unknown number. */
    public static String name(int errno) {
        String[] restart = restart(errno);
        if (restart != null) {
            return restart[0];
        }
        return isKnown(errno) ? NAMES[errno] : "errno " + errno;
    }

    /** Returns the number of an error such as "EAGAIN"; 0 if the name is unknown. */
    public static int number(String name) {
        return Math.max(0, Arrays.asList(NAMES).indexOf(name));
    }

    static boolean isKnown(int errno) {
        return errno > 0 && errno < NAMES.length && NAMES[errno] != null;
    }

    /**
     * Appends the result of a failed call as strace prints it after "= ".
     *
     * @param ret a negative errno
     */
    public static void result(Text out, long ret) {
        int errno = (int) -ret;
        String[] restart = restart(errno);
        if (restart != null) {
            out.add("? ").add(restart[0]).add(" (").add(restart[1]).add(')');
        } else if (isKnown(errno)) {
            out.add("-1 ").paint(Paint.ERROR).add(NAMES[errno]).unpaint();
            out.add(" (").add(MESSAGES[errno]).add(')');
        } else {
            out.add("-1 (errno ").add(errno).add(')');
        }
    }

    private static String @Nullable [] restart(int errno) {
        int index = errno - RESTART_FIRST;
        return index >= 0 && index < RESTARTS.length ? RESTARTS[index] : null;
    }
}
