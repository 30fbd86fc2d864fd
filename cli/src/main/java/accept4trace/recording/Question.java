package accept4trace.recording;

import accept4trace.event.AddressFamily;
import accept4trace.event.CallStack;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.KernelSocket;
import accept4trace.event.OpenFile;
import accept4trace.event.Protocol;
import accept4trace.event.StackFrame;
import accept4trace.queue.ListenerHolders.Holder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes the questions that a trace asks about its machine, e.g. for the path of a cgroup, and the answers. */
final class Question {
    /** The question has the process, the descriptor and the inode; the answer is a file. */
    static final int FILE = 1;
    /** The question has the id of a cgroup; the answer is its path. */
    static final int CGROUP = 2;
    /** The question has an IP address; the answer is a host name. */
    static final int HOST_NAME = 3;
    /** The question is empty, because the answer is the stack of the next record. */
    static final int STACK = 4;
    /** The question has the index and the network namespace; the answer is the name of an interface. */
    static final int INTERFACE = 5;
    /** The question has the number of a fact and its arguments; the answer is a signed number. */
    static final int FACT = 6;

    /**
     * The question has the inode of a listener, and a time if the answer is valid only then; the answer is a {@link
     * Holder}.
     */
    static final int HOLDER = 7;

    /**
     * The question has the name of an AF_UNIX listener, two namespaces, and a time if the answer is valid only then;
     * the answer is the socket.
     */
    static final int NAMED = 8;

    private static final int TARGET = 1;
    private static final int OTHER = 2;
    private static final int NOBODY = 3;

    /** Many more than a stack has. */
    private static final int MAX_FRAMES = 1000;

    private Question() {}

    /** Returns a question that consists of numbers. */
    static ByteBuffer of(int kind, long... parts) {
        ByteWriter out = new ByteWriter().add(kind);
        for (long part : parts) {
            out.signed(part);
        }
        return ByteBuffer.wrap(out.toBytes());
    }

    /** Returns a question that consists of bytes. */
    static ByteBuffer of(int kind, byte[] bytes) {
        return ByteBuffer.wrap(
                new ByteWriter().add(kind).add(bytes, 0, bytes.length).toBytes());
    }

    /** Returns the question about the AF_UNIX listener that clients in these namespaces find by this name. */
    static ByteBuffer named(Endpoint name, long netns, long mntns) {
        return ByteBuffer.wrap(startNamed(name, netns, mntns).toBytes());
    }

    /** Returns the question about the listener that clients found at this time. */
    static ByteBuffer named(Endpoint name, long netns, long mntns, long atNs) {
        return ByteBuffer.wrap(startNamed(name, netns, mntns).signed(atNs).toBytes());
    }

    private static ByteWriter startNamed(Endpoint name, long netns, long mntns) {
        return new ByteWriter().add(NAMED).signed(netns).signed(mntns).optional(bytes(name));
    }

    private static byte[] bytes(Endpoint name) {
        return name instanceof Unix unix ? unix.name() : new byte[0];
    }

    /** Encodes an AF_UNIX listener. {@code null}, i.e. a listener that will never be known, has the inode 0. */
    static byte[] encode(@Nullable KernelSocket listener) {
        if (listener == null) {
            return new ByteWriter()
                    .signed(0)
                    .signed(0)
                    .signed(0)
                    .optional((byte[]) null)
                    .toBytes();
        }
        return new ByteWriter()
                .signed(listener.inode())
                .signed(listener.protocol().type())
                .signed(listener.state())
                .optional(bytes(listener.local()))
                .toBytes();
    }

    static KernelSocket listener(ByteReader in) throws DamagedException {
        long inode = in.signed();
        Protocol protocol = new Protocol(AddressFamily.UNIX.number(), (int) in.signed(), 0, "UNIX");
        int state = (int) in.signed();
        byte[] name = in.optional();
        return new KernelSocket(inode, protocol, state, new Unix(name == null ? new byte[0] : name), null, 0);
    }

    static byte @Nullable [] encode(@Nullable OpenFile file) {
        return file == null
                ? null
                : new ByteWriter()
                        .optional(file.path())
                        .add(file.deleted() ? 1 : 0)
                        .number(file.device())
                        .signed(file.major())
                        .signed(file.minor())
                        .toBytes();
    }

    static OpenFile file(ByteReader in) throws DamagedException {
        byte[] path = in.optional();
        return new OpenFile(
                path == null ? new byte[0] : path,
                in.next() != 0,
                (char) in.number(Character.MAX_VALUE),
                (int) in.signed(),
                (int) in.signed());
    }

    static byte[] encode(Holder holder) {
        int number =
                switch (holder) {
                    case TARGET -> TARGET;
                    case OTHER -> OTHER;
                    case NOBODY -> NOBODY;
                    case UNKNOWN -> throw new IllegalArgumentException("not an answer");
                };
        return new ByteWriter().add(number).toBytes();
    }

    static Holder holder(ByteReader in) throws DamagedException {
        return switch (in.next()) {
            case TARGET -> Holder.TARGET;
            case OTHER -> Holder.OTHER;
            case NOBODY -> Holder.NOBODY;
            default -> throw new DamagedException();
        };
    }

    static byte[] encode(CallStack stack) {
        ByteWriter out = new ByteWriter();
        out.add(stack.cut() ? 1 : 0).number(stack.frames().size());
        for (StackFrame frame : stack.frames()) {
            out.signed(frame.address())
                    .signed(frame.fileOffset())
                    .optional(frame.path())
                    .optional(frame.function())
                    .signed(frame.offset())
                    .text(frame.unread());
        }
        return out.toBytes();
    }

    static CallStack stack(ByteReader in) throws DamagedException {
        boolean cut = in.next() != 0;
        List<StackFrame> frames = new ArrayList<>();
        for (int left = in.number(MAX_FRAMES); left > 0; left--) {
            frames.add(
                    new StackFrame(in.signed(), in.signed(), in.optional(), in.optional(), in.signed(), in.message()));
        }
        return new CallStack(frames, cut);
    }
}
