package accept4trace.bench;

import java.util.List;

/** One part of the report. */
interface Section {
    /** One round of measurements. */
    void measure(Setting setting);

    /** All rounds so far. */
    List<Results> results();

    default int rounds(Setting setting) {
        return setting.rounds();
    }
}
