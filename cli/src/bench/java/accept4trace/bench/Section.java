package accept4trace.bench;

import java.util.List;

/** A part of the report. */
interface Section {
    /** Runs one round of measurements. */
    void measure(Setting setting);

    /** Returns the results of all rounds so far. */
    List<Results> results();

    default int rounds(Setting setting) {
        return setting.rounds();
    }
}
