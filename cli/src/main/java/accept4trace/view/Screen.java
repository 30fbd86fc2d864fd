package accept4trace.view;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/**
 * The terminal. A separate thread draws the frames, so that a slow or stuck terminal never blocks the caller. If frames
 * come faster than they can be drawn, only the latest is drawn.
 */
public final class Screen implements AutoCloseable {
    private static final int DRAWING_TIMEOUT_MS = 1000;
    private static final int MAX_TYPED = 256;
    /** _POSIX_VDISABLE: no key triggers the control function. */
    private static final int NO_KEY = 0;

    private final Terminal terminal;
    private final InputStream keyboard = new FileInputStream(FileDescriptor.in);
    private final BlockingQueue<Picture> next = new ArrayBlockingQueue<>(1);
    private final Thread drawing = new Thread(this::draw, "screen");
    private @Nullable Attributes before;
    private final @Nullable TerminalGuard guard = TerminalGuard.start();
    /** The terminal's size when the last frame was drawn. */
    private @Nullable Size drawn;

    /**
     * A frame to draw.
     *
     * @param size null if there are no more frames
     * @param repaint draw everything, because something else may have written to the terminal
     */
    private record Picture(List<AttributedString> lines, @Nullable Size size, boolean repaint) {
        static final Picture NO_MORE = new Picture(List.of(), null, false);
    }

    private Screen(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Opens the terminal and starts its guard. Does not change the terminal yet. */
    public static Screen open() throws IOException {
        try {
            return new Screen(terminal());
        } catch (IllegalStateException e) {
            throw reason(e);
        }
    }

    private static Terminal terminal() throws IOException {
        /* With grapheme clusters on, JLine would query the terminal, and mistake typed characters for the answer. With
         * native signals, JLine would handle the signals that the native library must handle. */
        return TerminalBuilder.builder()
                .graphemeCluster(false)
                .nativeSignals(false)
                .system(true)
                .provider(TerminalBuilder.PROP_PROVIDER_JNI)
                .dumb(false)
                .encoding(StandardCharsets.UTF_8)
                .stdoutEncoding(StandardCharsets.UTF_8)
                .build();
    }

    /**
     * Returns the root cause. Throws it if it is an Error, e.g. a failure to start a thread, because JLine catches
     * Errors, too.
     */
    static IOException reason(Throwable failure) {
        Throwable[] suppressed = failure.getSuppressed();
        Throwable next = suppressed.length > 0 ? suppressed[0] : failure.getCause();
        if (next != null) {
            return reason(next);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return new IOException(failure.getMessage(), failure);
    }

    public int columns() {
        return terminal.getSize().getColumns();
    }

    public int rows() {
        return terminal.getSize().getRows();
    }

    /** Takes over the terminal: unbuffered keys without echo, and the alternate screen. */
    public void begin() {
        if (guard != null) {
            guard.begin();
        }
        before = terminal.getAttributes();
        takeKeyboard();
        takeDisplay();
        drawing.setDaemon(true);
        drawing.start();
    }

    private void takeKeyboard() {
        terminal.enterRawMode();
        Attributes raw = terminal.getAttributes();
        /* ^C still interrupts. Keys that would stop or kill this process without restoring the screen are disabled. */
        raw.setLocalFlag(Attributes.LocalFlag.ISIG, true);
        raw.setControlChar(Attributes.ControlChar.VSUSP, NO_KEY);
        raw.setControlChar(Attributes.ControlChar.VQUIT, NO_KEY);
        terminal.setAttributes(raw);
    }

    private void takeDisplay() {
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        terminal.flush();
    }

    /** Whether another process, e.g. a shell after SIGSTOP, has switched the terminal back to reading lines. */
    private boolean hasLostTerminal() {
        return terminal.getAttributes().getLocalFlag(Attributes.LocalFlag.ICANON);
    }

    /** Whether the size of the terminal differs from that of the last frame. */
    boolean hasNewSize() {
        return !terminal.getSize().equals(drawn);
    }

    /** Passes a frame to the drawing thread. Never blocks. */
    void show(Frame frame, Snapshot snapshot, Controls controls, boolean repaint) {
        boolean lost = hasLostTerminal();
        if (lost) {
            takeKeyboard();
        }
        Size size = terminal.getSize();
        List<AttributedString> lines = frame.lines(snapshot, controls, size.getColumns(), size.getRows());
        Picture leftOut = next.poll();
        next.add(new Picture(lines, size, lost || repaint || (leftOut != null && leftOut.repaint)));
        drawn = size;
    }

    private void draw() {
        Display display = new Display(terminal, true);
        try {
            for (Picture picture = next.take(); picture.size != null; picture = next.take()) {
                if (picture.repaint) {
                    takeDisplay();
                }
                if (picture.repaint
                        || display.getRows() != picture.size.getRows()
                        || display.getColumns() != picture.size.getColumns()) {
                    display.resize(picture.size);
                    display.clear();
                }
                display.update(picture.lines, 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns the typed characters; null if the terminal has closed. Does not use JLine's reader, because its thread
     * keeps reading and would take characters from the next program.
     */
    @Nullable
    String typed() {
        byte[] typed = new byte[MAX_TYPED];
        try {
            int count = keyboard.read(typed);
            return count < 0 ? null : new String(typed, 0, count, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    /** Restores the terminal. Can be called more than once. */
    @Override
    public void close() throws IOException {
        if (before != null && hasStoppedDrawing()) {
            leave();
            terminal.setAttributes(before);
            before = null;
            if (guard != null) {
                guard.close();
            }
        }
    }

    /** On a terminal without an alternate screen, later output begins below the last frame. */
    private void leave() {
        if (!terminal.puts(Capability.exit_ca_mode)) {
            terminal.puts(Capability.cursor_address, rows() - 1, 0);
            terminal.writer().println();
        }
        terminal.puts(Capability.cursor_normal);
        terminal.flush();
    }

    /** Stops the drawing thread. Returns false if the terminal is stuck; the guard restores it later. */
    private boolean hasStoppedDrawing() {
        next.clear();
        next.add(Picture.NO_MORE);
        try {
            drawing.join(DRAWING_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !drawing.isAlive();
    }
}
