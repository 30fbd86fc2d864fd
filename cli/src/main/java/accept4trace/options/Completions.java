package accept4trace.options;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Completion scripts for shells, generated from the table of options. */
public final class Completions {
    /**
     * A command that works in bash, zsh and fish, and prints the ids of processes with listeners in this network
     * namespace. It omits processes whose open files the user may not see. The command uses find, awk and sort, because
     * ss is not always installed.
     */
    private static final String LISTENERS =
            """
            find /proc/*/fd -lname 'socket:*' -printf '%l %h\\n' 2>/dev/null |
                    cat /proc/net/tcp /proc/net/tcp6 /proc/net/unix - 2>/dev/null |
                    awk '$4 == "0A" { listens["socket:[" $10 "]"] }
                        $4 == "00010000" { listens["socket:[" $7 "]"] }
                        NF == 2 && $1 in listens { split($2, path, "/"); if (path[3] + 0) print path[3] }' |
                    sort -un""";

    /** Also prints the names of the processes that {@link #LISTENERS} finds, except names that would need quotes. */
    private static final String SERVERS = LISTENERS
            + """
             |
                    awk '{ print }
                        getline name <("/proc/" $1 "/comm") > 0 && name ~ /^[A-Za-z][A-Za-z0-9_.-]*$/ { print name }' |
                    sort -u""";

    private Completions() {}

    /** Returns a script that the shell can load from a file of the right name, or read with {@code source}. */
    public static String script(Shell shell) {
        return switch (shell) {
            case BASH -> bash();
            case ZSH -> zsh();
            case FISH -> fish();
        };
    }

    private static String names() {
        return Stream.of(Option.values())
                .flatMap(option -> option.names().stream())
                .collect(Collectors.joining(" "));
    }

    private static String bash() {
        StringBuilder script = new StringBuilder(
                """
                # bash completion for accept4-trace
                _accept4_trace_listeners() {
                    %s
                }
                _accept4_trace_servers() {
                    %s
                }
                _accept4_trace() {
                    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
                    # --format=te is three words to bash.
                    [ "$cur" = = ] && cur=
                    [ "$prev" = = ] && prev=${COMP_WORDS[COMP_CWORD-2]}
                    case $prev in
                """
                        .formatted(LISTENERS, SERVERS));
        for (Option option : Option.values()) {
            if (option.takesValue() && !option.declaration().isValueOptional()) {
                script.append("        ")
                        .append(String.join("|", option.names()))
                        .append(") ");
                script.append(bashValues(option)).append("; return ;;\n");
            }
        }
        return script.append(
                        """
                            esac
                            if [[ $cur == -* ]]; then
                                COMPREPLY=($(compgen -W '%s' -- "$cur"))
                            else
                                COMPREPLY=($(compgen -c -- "$cur"))
                            fi
                        }
                        complete -F _accept4_trace accept4-trace
                        """
                                .formatted(names()))
                .toString();
    }

    private static String bashValues(Option option) {
        return switch (option.declaration().completion()) {
            case WORDS -> bashReply("-W '" + words(option) + "'");
            case PIDS -> bashReply("-W \"$(_accept4_trace_listeners)\"");
            case PROCESSES -> bashReply("-W \"$(_accept4_trace_servers)\"");
            case FILES -> bashReply("-f");
            case USERS -> bashReply("-u");
            case NOTHING -> "COMPREPLY=()";
        };
    }

    private static String bashReply(String candidates) {
        return "COMPREPLY=($(compgen " + candidates + " -- \"$cur\"))";
    }

    private static String words(Option option) {
        return String.join(" ", option.declaration().words());
    }

    private static String zsh() {
        StringBuilder script = new StringBuilder(
                """
                #compdef accept4-trace
                _accept4_trace_listeners() {
                    local -a pids
                    pids=(${(f)"$(
                        %s
                    )"})
                    compadd -a pids
                }
                _accept4_trace_servers() {
                    local -a servers
                    servers=(${(f)"$(
                        %s
                    )"})
                    compadd -a servers
                }
                _accept4-trace() {
                    _arguments -s -S \\
                """
                        .formatted(LISTENERS, SERVERS));
        for (Option option : Option.values()) {
            for (String name : option.names()) {
                script.append("        '*").append(name);
                script.append(
                        option.declaration().isValueOptional()
                                ? "=-"
                                : option.takesValue() && name.startsWith("--") ? "=" : "");
                script.append('[').append(zshText(option.description())).append(']');
                script.append(option.declaration().isValueOptional() ? ":" : "");
                script.append(option.takesValue() ? ":" + zshText(option.argument()) + ":" + zshValues(option) : "");
                script.append("' \\\n");
            }
        }
        return script.append(
                        """
                                '(-)1:command: _command_names -e' \\
                                '*::arguments: _normal'
                        }
                        # zsh has loaded this file as the function, or the user sources it.
                        if [[ ${funcstack[1]} == _accept4-trace ]]; then
                            _accept4-trace "$@"
                        else
                            compdef _accept4-trace accept4-trace
                        fi
                        """)
                .toString();
    }

    private static String zshText(String text) {
        return text.replace("'", "'\\''").replaceAll("([\\[\\]:])", "\\\\$1");
    }

    private static String zshValues(Option option) {
        return switch (option.declaration().completion()) {
            case WORDS -> "(" + words(option) + ")";
            case PIDS -> "_accept4_trace_listeners";
            case PROCESSES -> "_accept4_trace_servers";
            case FILES -> "_files";
            case USERS -> "_users";
            case NOTHING -> "";
        };
    }

    private static String fish() {
        StringBuilder script = new StringBuilder(
                """
                # fish completion for accept4-trace
                function __accept4_trace_listeners
                    %s
                end
                function __accept4_trace_servers
                    %s
                end
                complete -c accept4-trace -x -a '(__fish_complete_subcommand)'
                """
                        .formatted(LISTENERS, SERVERS));
        for (Option option : Option.values()) {
            script.append("complete -c accept4-trace");
            for (String name : option.names()) {
                script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            script.append(" -d '")
                    .append(option.description().replace("'", "\\'"))
                    .append('\'');
            script.append(fishValues(option)).append('\n');
        }
        return script.toString();
    }

    private static String fishValues(Option option) {
        if (!option.takesValue() || option.declaration().isValueOptional()) {
            return "";
        }
        return switch (option.declaration().completion()) {
            case WORDS -> " -x -a '" + words(option) + "'";
            case PIDS -> " -x -a '(__accept4_trace_listeners)'";
            case PROCESSES -> " -x -a '(__accept4_trace_servers)'";
            case FILES -> " -r";
            case USERS -> " -x -a '(__fish_complete_users)'";
            case NOTHING -> " -x";
        };
    }
}
