package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests installations in folders with unusual names. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class InstallationIT {
    /** Uses --stack, so that the tool also starts a helper program from the folder. */
    private static final String INSTALL_AND_TRACE =
            """
            folder=$2/$(printf "$3")
            mkdir "$folder" && cp -a "$1/." "$folder" && cd / || exit
            LC_ALL=$4 "$folder/bin/accept4-trace" -q --stack --duration 0 -p $$
            """;

    @TempDir
    private Path folder;

    /** The names contain a colon, are not ASCII, or are invalid in UTF-8. */
    @ParameterizedTest
    @CsvSource({"a:b, C.UTF-8", "Zo\\303\\253, C", "Zo\\303\\253, C.UTF-8", "x\\377, C", "x\\377, C.UTF-8"})
    void tracesFromAnyFolderInAnyLocale(String name, String locale) {
        String tree = Tracer.executable().resolve("../..").normalize().toString();
        try (Program shell = Program.bash(INSTALL_AND_TRACE, tree, folder.toString(), name, locale)) {
            assertEquals("", String.join("\n", shell.err().awaitEnd()));
            assertEquals(0, shell.awaitExit());
        }
    }
}
