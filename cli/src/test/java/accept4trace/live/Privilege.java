package accept4trace.live;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Requires that a class of tests runs as root, because its tests need root to trace. */
final class Privilege implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Requirements.require(Requirements.isRoot(), "tracing needs root");
    }
}
