package accept4trace.diagnose;

/** A listening socket. With SO_REUSEPORT, several can be bound to the address of one {@link ObservedListener}. */
final class ObservedSocket {
    final ObservedListener listener;
    long connections;

    ObservedSocket(ObservedListener listener) {
        this.listener = listener;
    }
}
