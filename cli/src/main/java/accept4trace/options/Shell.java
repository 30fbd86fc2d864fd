package accept4trace.options;

/** The shells for which there are completions. The constants are the words of --completion. */
public enum Shell {
    BASH,
    ZSH,
    FISH
}
