package accept4trace.event;

/**
 * A thread's user stack as it was during a call, not unwound yet.
 *
 * @param bytes struct a4t_user_stack, without what its memory does not fill
 */
public record UserStack(byte[] bytes) {}
