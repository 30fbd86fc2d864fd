package accept4trace.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WithoutClosingsTest {
    /** The default methods of the interface append nothing, so a method that is not forwarded would lose output. */
    @Test
    void forwardsAllOtherMethods() {
        Set<String> all = signatures(EventFormatter.class);
        all.removeAll(signatures(WithoutClosings.class));
        assertEquals(Set.of("format(Text,Closing)", "format(Text,GivenUp)"), all);
    }

    private static Set<String> signatures(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(WithoutClosingsTest::signature)
                .collect(Collectors.toSet());
    }

    private static String signature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(",", "(", ")"));
    }
}
