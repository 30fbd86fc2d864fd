/**
 * The tool and the libraries that it uses, as one module of the runtime image. Not among the sources, as tests run
 * without modules.
 */
module accept4trace {
    /* JNA's. */
    requires java.logging;
}
