package accept4trace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void constantsAreNamedAsInTheTable() throws IllegalAccessException {
        List<Field> constants = Arrays.stream(Errno.class.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()))
                .toList();
        assertTrue(constants.size() > 10, constants::toString);
        for (Field constant : constants) {
            assertEquals(constant.getName(), Errno.name(constant.getInt(null)));
        }
    }

    @Test
    void unknownNumbersHaveNoName() {
        assertEquals("errno 41", Errno.name(41));
        assertEquals("errno 0", Errno.describe(0));
        assertEquals("errno 1000", Errno.message(1000));
    }
}
