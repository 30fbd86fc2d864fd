package accept4trace.event;

/** The address families that are told apart here; numbers are Linux's. */
public final class AddressFamily {
    public static final int UNIX = 1;
    public static final int INET = 2;
    public static final int INET6 = 10;
    /** Its accept makes a socket for an operation of the kernel's cryptography: there is no other end. */
    public static final int ALG = 38;

    public static final int VSOCK = 40;

    private AddressFamily() {}
}
