package accept4trace.action;

import java.lang.module.ModuleDescriptor;

/** The version of this program. */
public final class Version {
    private Version() {}

    /** Returns the module version that the build has set. */
    public static String text() {
        ModuleDescriptor module = Version.class.getModule().getDescriptor();
        return module == null ? "(not packaged)" : module.rawVersion().orElse("(unknown version)");
    }
}
