package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.outcome.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that each pair of options either changes the settings or is rejected with a reason. */
class OptionPairsTest {
    /**
     * For each option, the other options that already imply it, so that adding it may change nothing. For example,
     * --port without a target traces every process, so --all adds nothing to it.
     */
    private static final Map<Option, Set<Option>> STATED_DEFAULTS = Map.of(
            Option.SYSCALL_TIMES, EnumSet.allOf(Option.class),
            Option.COMMS, EnumSet.allOf(Option.class),
            Option.WALL_CLOCK, EnumSet.allOf(Option.class),
            Option.ALL,
                    EnumSet.of(
                            Option.PORT,
                            Option.LISTENER,
                            Option.COMM,
                            Option.CGROUP,
                            Option.NETNS,
                            Option.UID,
                            Option.QUEUE),
            Option.FOLLOW, EnumSet.of(Option.DIAGNOSE),
            Option.SUMMARY_ONLY, EnumSet.of(Option.INTERVAL));

    private static final Set<Option> ACTIONS =
            Set.of(Option.SHORT_HELP, Option.HELP, Option.VERSION, Option.CHECK, Option.COMPLETION);

    /** Cached settings of a single option, by the option and the arguments of {@link #surroundings}. */
    private static final Map<List<Object>, Optional<Settings>> ALONE = new HashMap<>();

    /** For each option that takes a value, a value other than the default. */
    private static final Map<Option, String> VALUES = new EnumMap<>(Map.ofEntries(
            Map.entry(Option.ATTACH, "1"),
            Map.entry(Option.READ, "/tmp/x"),
            Map.entry(Option.USER, "nobody"),
            Map.entry(Option.FORMAT, "json"),
            Map.entry(Option.FIELDS, "time,pid"),
            Map.entry(Option.OUTPUT, "/tmp/x"),
            Map.entry(Option.DECODE_FDS, "path"),
            Map.entry(Option.COLUMN, "50"),
            Map.entry(Option.COLOR, "always"),
            Map.entry(Option.TRACE, "accept"),
            Map.entry(Option.PORT, "80"),
            Map.entry(Option.LISTENER, "127.0.0.1"),
            Map.entry(Option.PEER, "10.0.0.0/8"),
            Map.entry(Option.FD, "5"),
            Map.entry(Option.COMM, "nginx"),
            Map.entry(Option.UID, "5"),
            Map.entry(Option.CGROUP, "/x"),
            Map.entry(Option.NETNS, "1"),
            Map.entry(Option.FAMILY, "unix"),
            Map.entry(Option.STATUS, "failed"),
            Map.entry(Option.MIN_DURATION, "1ms"),
            Map.entry(Option.MIN_WAIT, "1ms"),
            Map.entry(Option.COUNT, "5"),
            Map.entry(Option.DURATION, "5s"),
            Map.entry(Option.TRIGGER, "refused"),
            Map.entry(Option.BEFORE, "1s"),
            Map.entry(Option.AFTER, "1s"),
            Map.entry(Option.TRIGGERS, "2"),
            Map.entry(Option.HISTORY, "1M"),
            Map.entry(Option.SORT_BY, "calls"),
            Map.entry(Option.INTERVAL, "5s"),
            Map.entry(Option.DIAGNOSE, "5s"),
            Map.entry(Option.FAIL_ON, "stuck"),
            Map.entry(Option.BUFFER, "64M"),
            Map.entry(Option.PROBE, "tracepoint"),
            Map.entry(Option.COMPLETION, "zsh")));

    private static List<String> words(Option option) {
        String name = option.anyName();
        if (!option.takesValue()) {
            return List.of(name);
        }
        String value = VALUES.get(option);
        return name.startsWith("--") ? List.of(name + "=" + value) : List.of(name, value);
    }

    /** Arguments that are added to the tested options. Each option is valid with at least one of these lists. */
    private static Stream<List<String>> surroundings() {
        return Stream.of(
                List.of("-p", "1"),
                List.of("-p", "1", "-c"),
                List.of("-p", "1", "-o", "/x"),
                List.of("-p", "1", "--diagnose"),
                List.of("-p", "1", "--format=columns"),
                List.of("-p", "1", "--trigger=stuck"),
                List.of("--queue"),
                List.of("-p", "1", "--queue"),
                List.of("--all"),
                List.of("--", "true"),
                List.of());
    }

    /** Returns the settings, or null if the arguments are rejected. */
    private static Settings settings(List<Option> options, List<String> surroundings) {
        List<String> all = new ArrayList<>();
        options.forEach(option -> all.addAll(words(option)));
        all.addAll(surroundings);
        try {
            return withoutRequirements(Arguments.parse(all.toArray(String[]::new)));
        } catch (UserError e) {
            assertFalse(e.getMessage().isBlank());
            assertFalse(e.hint().isBlank());
            return null;
        }
    }

    /** Removes the requirements. They contain the name of each option, even of one that has no other effect. */
    private static Settings withoutRequirements(Settings settings) {
        Settings.Selection selection = settings.selection();
        return new Settings(
                settings.task(),
                settings.target(),
                new Settings.Selection(
                        selection.filter(), selection.uid(), selection.netnsOf(), selection.target(), List.of()),
                settings.output(),
                settings.report(),
                settings.capture(),
                settings.session());
    }

    @ParameterizedTest
    @EnumSource(Option.class)
    void everyOptionHasAnEffect(Option option) {
        boolean effective = surroundings()
                .map(surroundings -> settings(List.of(option), surroundings))
                .anyMatch(settings -> settings != null);
        assertTrue(effective, option.anyName());
    }

    /** For each accepted pair, omitting either option changes the settings or makes them invalid. */
    @Test
    void noOptionOfAPairIsIgnored() {
        Set<String> ignored = new TreeSet<>();
        List<Option> options = Arrays.stream(Option.values())
                .filter(option -> !ACTIONS.contains(option))
                .toList();
        for (int i = 0; i < options.size(); i++) {
            for (int k = 0; k < i; k++) {
                addIgnored(ignored, options.get(i), options.get(k));
            }
        }
        assertEquals(Set.of(), ignored, "taken without effect");
    }

    private static void addIgnored(Set<String> ignored, Option first, Option second) {
        for (List<String> surroundings : surroundings().toList()) {
            Settings both = settings(List.of(first, second), surroundings);
            if (both != null) {
                addIfIgnored(ignored, both, first, second, surroundings);
                addIfIgnored(ignored, both, second, first, surroundings);
            }
        }
    }

    private static void addIfIgnored(
            Set<String> ignored, Settings both, Option option, Option other, List<String> surroundings) {
        boolean statesDefault = STATED_DEFAULTS.containsKey(option)
                && (STATED_DEFAULTS.get(option).contains(other)
                        || STATED_DEFAULTS.get(option).stream().anyMatch(implying -> names(surroundings, implying)));
        if (!statesDefault && !names(surroundings, option) && both.equals(alone(other, surroundings))) {
            ignored.add(option.anyName() + " with " + other.anyName() + " " + String.join(" ", surroundings));
        }
    }

    private static Settings alone(Option option, List<String> surroundings) {
        return ALONE.computeIfAbsent(
                        List.of(option, surroundings),
                        key -> Optional.ofNullable(settings(List.of(option), surroundings)))
                .orElse(null);
    }

    private static boolean names(List<String> words, Option option) {
        return words.stream().anyMatch(word -> option.names().contains(word.replaceFirst("=.*", "")));
    }

    @ParameterizedTest
    @EnumSource(Option.class)
    void repeatedValueIsAddedOrRejected(Option option) {
        if (!option.takesValue()) {
            return;
        }
        for (List<String> surroundings : surroundings().toList()) {
            Settings twice = settings(List.of(option, option), surroundings);
            assertTrue(twice == null || option.declaration().isRepeatable(), option.anyName());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--all -f | -f requires -p or a COMMAND; --all and filters without them trace every process",
                "--all -u nobody | -u requires a COMMAND",
                "--all -A | -A requires -o FILE",
                "--all -A -o !cat | -A requires -o FILE",
                "--all -S calls | -S requires the tables of -c, -C or --interval",
                "--all -c -S calls --format=json | -S requires the tables of -c, -C or --interval",
                "--all --summary-wall-clock | --summary-wall-clock requires a summary: -c, -C or --interval",
                "--all --format=json -tt | -t requires lines in text or strace's format",
                "--all -c -r | -r requires lines in text or strace's format",
                "--all --format=columns --no-fold | --no-fold requires lines in the text format",
                "--all --format=strace --resolve | --resolve requires a summary, or lines in a format other than strace",
                "--all --format=json --color=always | --color requires a format other than json, perfetto and raw",
                "--all --fields=time | --fields requires lines in --format=columns",
                "--all --fail-on=herd | --fail-on requires --diagnose",
                "--all --before 1s | --before requires --trigger",
                "--all -c --trigger stuck | --trigger requires lines of calls",
                "--all --count 5 --trigger stuck | --count cannot be used with --trigger",
                "--all --format=perfetto -c | -c cannot be used with --format=perfetto",
                "--all --format=perfetto --trigger stuck | --trigger cannot be used with --format=perfetto",
                "--all --format=perfetto -A -o x | -A cannot be used with --format=perfetto",
                "--all --format=perfetto --stack |"
                        + " --stack requires lines of calls in a format other than columns and perfetto",
                "--format=perfetto -- true | --format=perfetto requires -o FILE with a COMMAND",
                "--all --cgroup=a --cgroup=b | --cgroup can be given only once",
                "--all -o a --output b | -o can be given only once",
            })
    void errorNamesTheOptionAsTyped(String line, String message) throws UserError {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse(line.split(" ")));
        assertEquals(message, error.getMessage());
    }
}
