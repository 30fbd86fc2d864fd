package accept4trace.capture;

/** The native side. It is loaded on demand: many runs, such as --help, need none of it. */
public interface Platform {
    OperatingSystem operatingSystem() throws CaptureException;

    Tracing tracing() throws CaptureException;
}
