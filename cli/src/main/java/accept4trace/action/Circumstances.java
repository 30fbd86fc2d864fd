package accept4trace.action;

import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.EventSource;
import accept4trace.options.Format;
import accept4trace.options.Settings;
import accept4trace.proc.Machine;
import accept4trace.recording.Header;
import java.util.stream.Collectors;

/** The circumstances of a trace, for the header of a recording. */
record Circumstances(Settings settings, Machine machine, long netns) {
    /**
     * Completes a header.
     *
     * @param targets describes the targets
     * @param anyListener whether refused connections of every listener are recorded, no matter which process holds it
     * @param diagnosis whether the recording will contain everything that a diagnosis needs
     */
    void describe(Header header, EventSource source, String targets, boolean anyListener, boolean diagnosis) {
        header.set(Header.TOOL, Version.text())
                .set(Header.HOST, machine.hostName())
                .set(Header.BOOT, machine.bootId())
                .set(Header.KERNEL, machine.kernelRelease())
                .set(Header.NETNS, Long.toString(netns))
                .set(Header.PROBE, source.probe())
                .set(Header.SEES_EVERY_ACCEPT, source.seesEveryAccept())
                .set(Header.HOOKS_NOTE, source.hooksNote())
                .set(Header.CALLS, calls())
                .set(Header.REFUSALS, source.refusals().tcp())
                .set(Header.UNIX_REFUSALS, source.refusals().unix())
                .set(Header.ANY_LISTENER, anyListener)
                .set(Header.CLOSINGS, source.closings().tcp())
                .set(Header.UNIX_CLOSINGS, source.closings().unix())
                .set(Header.TARGETS, targets)
                .set(Header.ALL, settings.target().all())
                .set(Header.STACKS, settings.capture().stacks())
                .set(Header.NAMES, settings.session().resolve())
                .set(
                        Header.THREADS,
                        settings.output().format() == Format.RAW
                                || settings.report().diagnose())
                .set(Header.DIAGNOSIS, diagnosis);
    }

    private String calls() {
        return settings.selection().filter().calls().stream()
                .sorted()
                .map(Call::toString)
                .collect(Collectors.joining(","));
    }
}
