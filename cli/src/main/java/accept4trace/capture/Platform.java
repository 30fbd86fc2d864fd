package accept4trace.capture;

/** Access to the native libraries. They are loaded on demand, because runs such as --help do not need them. */
public interface Platform {
    OperatingSystem operatingSystem() throws CaptureException;

    Tracing tracing() throws CaptureException;
}
