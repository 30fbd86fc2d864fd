package accept4trace.live;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets a class of tests run only as root, which tracing needs. */
final class Privilege implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Requirements.require(Requirements.isRoot(), "tracing needs root");
    }
}
