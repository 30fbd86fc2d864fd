package accept4trace.event;

/**
 * A thread's user stack during a call, before unwinding.
 *
 * @param bytes struct a4t_user_stack, truncated after the valid bytes of its field {@code memory}
 */
public record UserStack(byte[] bytes) {}
