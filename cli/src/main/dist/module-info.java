/**
 * The tool and its libraries as one module of the runtime image. This file is not in the source folder, because tests
 * run without modules.
 */
module accept4trace {
    /* JNA needs this. */
    requires java.logging;
}
