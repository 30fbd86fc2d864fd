package accept4trace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the costs of the tool and of other tools. Prints numbers without judging them. */
@Command(
        name = "run.sh",
        sortOptions = false,
        description = "Measure accept4-trace and other tracers. The load runs on core 0, the tracers on core 1.",
        footer = "Sections: slowdown, rate, start, memory, processor, programs, others, hooks, growth, queues, and,"
                + " only if named, micro (only decoding and formatting, by JMH).")
final class Benchmarks implements Callable<Integer> {
    private static final Map<String, Supplier<Section>> SECTIONS = new LinkedHashMap<>();

    static {
        SECTIONS.put("slowdown", Slowdown::new);
        SECTIONS.put("rate", Rate::new);
        SECTIONS.put("start", Start::new);
        SECTIONS.put("memory", Memory::new);
        SECTIONS.put("processor", Processor::new);
        SECTIONS.put("programs", ProgramCost::new);
        SECTIONS.put("others", Others::new);
        SECTIONS.put("hooks", Hooks::new);
        SECTIONS.put("growth", Growth::new);
        SECTIONS.put("queues", Queues::new);
        SECTIONS.put("micro", Micro::new);
    }

    @Option(names = "--sections", split = ",", paramLabel = "NAME", description = "Run only these, comma-separated.")
    private List<String> sections =
            SECTIONS.keySet().stream().filter(name -> !name.equals("micro")).toList();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each section; default 5, with --quick 3.")
    private int rounds;

    @Option(names = "--slice", paramLabel = "MS", description = "Duration of each load; default 200, with --quick 150.")
    private int sliceMs;

    @Option(names = "--quick", description = "About a minute: only this project's programs, enough to see a change.")
    private boolean quick;

    @Option(names = "--long", description = "About forty minutes: 60 s of each rate, 10 million events.")
    private boolean atLength;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Benchmarks())
                .setExecutionExceptionHandler((e, command, parsed) -> fail(e))
                .execute(arguments));
    }

    private static int fail(Exception e) {
        if (!Children.areEnding()) {
            System.err.println("run.sh: " + e.getMessage());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public Integer call() throws IOException {
        if (!SECTIONS.keySet().containsAll(sections)) {
            System.err.println("run.sh: unknown section\nhint: --help lists the sections");
            return CommandLine.ExitCode.USAGE;
        }
        Path scratch = Files.createTempDirectory("accept4-trace-bench");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Children.killAll();
            delete(scratch);
        }));
        Setting setting = setting(scratch);
        Machine.describe(setting, System.out);
        sections.forEach(name -> run(SECTIONS.get(name).get(), setting));
        return CommandLine.ExitCode.OK;
    }

    private Setting setting(Path scratch) {
        return new Setting(
                Path.of(System.getProperty("a4t.dist")),
                Path.of(System.getProperty("a4t.programs")),
                scratch,
                tools(),
                rounds > 0 ? rounds : quick ? 3 : 5,
                sliceMs > 0 ? sliceMs : quick ? 150 : 200,
                quick ? Setting.Extent.QUICK : atLength ? Setting.Extent.LONG : Setting.Extent.USUAL);
    }

    private List<Tool> tools() {
        return Tool.installed().stream()
                .filter(tool -> !quick || tool.isOfThisProject())
                .toList();
    }

    private static void run(Section section, Setting setting) {
        int rounds = section.rounds(setting);
        try {
            for (int round = 0; round < rounds; round++) {
                section.measure(setting);
            }
        } catch (IllegalStateException | UncheckedIOException e) {
            if (Children.areEnding()) {
                return;
            }
            System.out.printf("%nNot finished: %s%n", e.getMessage());
        }
        section.results().forEach(results -> results.print(System.out));
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
