# shellcheck shell=bash disable=SC2154,SC2034
# Takes the README's picture from a terminal, as target/ci/screen.svg, and compares it with man/screen.svg. Sourced by
# .ci/terminal-test; uses its terminal.
#
# The picture shows what the tool prints to stdout. It omits notices, because they depend on the hooks of the kernel.

readonly picture=$PWD/target/ci/screen.svg stored_picture=$PWD/man/screen.svg
readonly picture_columns=100 picture_rows=30

# Starts a server on port 8080 that hangs as soon as its clients have connected.
start_blocked_server() {
  mkfifo "$work/go"
  python3 cli/src/test/resources/accept4trace/live/blocked.py 8080 <"$work/go" >"$work/blocked" &
  blocked_pid=$!
  exec 8>"$work/go"
  await_file "$work/blocked" ready
}

await_file() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if grep -q "$2" "$1" 2>/dev/null; then return 0; fi
    read -r -t 0.1 <>"$work/never" || :
  done
  die "never written to $1: $2"
}

# Types the commands of the picture, and captures the screen with its colors.
take_screen() {
  local notices=/home/$user/notices
  tmux_as_user -u new-session -d -s "$session" -x "$picture_columns" -y "$picture_rows" \
    "LC_ALL=C.UTF-8 PS1='prompt> ' bash --norc"
  await '^prompt>'
  # The picture shows "sudo accept4-trace", as if the tool were installed, but runs $tool, which is not.
  type_line "sudo() { command sudo $tool \"\${@:2}\" 2>$notices; }; PS1='\[\e[1;32m\]$\[\e[0m\] '; clear"
  await '^\$ *$'
  type_line 'sudo accept4-trace --port 8080 --format=columns --count 5'
  await_file "$notices" 'tracing accept4'
  echo >&8
  await_file "$notices" 'detached after 5 calls'
  await '^\$ *$'
  type_line 'sudo accept4-trace --port 8080 --diagnose=3s'
  await 'event loop'
  await '^\$ *$'
  coloured
}

# Omits the last lines, about what the kernel does not show, and the prompt after them.
crop() {
  awk '{ line[NR] = $0; gsub(/\033\[[0-9;]*m/, "") }
    /^not seen on this kernel/ || /^\$ *$/ { exit }
    /[^ ]/ { last = NR }
    END { for (i = 1; i <= last; i++) print line[i] }'
}

# Converts a screen with the colors of a terminal to SVG. Any monospaced font will do.
to_svg() {
  awk -v columns="$picture_columns" '
    function escaped(text) {
      gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text)
      return text
    }
    # Applies the parameters of an SGR sequence, such as 1;36.
    function select_colors(parameters,   n, part, i) {
      n = split(parameters, part, ";")
      if (n == 0) { color = ""; bold = "" }
      for (i = 1; i <= n; i++) {
        if (part[i] == 0) { color = ""; bold = "" }
        else if (part[i] == 1) bold = " font-weight=\"bold\""
        else if (part[i] == 39) color = ""
        else if (part[i] in palette) color = " fill=\"" palette[part[i]] "\""
      }
    }
    function run(text) {
      return text == "" ? "" : color bold == "" ? escaped(text) : "<tspan" color bold ">" escaped(text) "</tspan>"
    }
    BEGIN {
      split("#f47067 #8ddb8c #f0c674 #6cb6ff #dcbdfb #76e3ea #cdd9e5", values, " ")
      for (i = 1; i <= 7; i++) palette[30 + i] = values[i]
      palette[90] = "#768390"
    }
    {
      out = ""
      n = split($0, parts, "\033\\[")
      out = run(parts[1])
      for (i = 2; i <= n; i++) {
        end = index(parts[i], "m")
        select_colors(substr(parts[i], 1, end - 1))
        out = out run(substr(parts[i], end + 1))
      }
      lines[NR] = out
    }
    END {
      width = columns * 8.43 + 32; height = NR * 19 + 29
      printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n", \
        width, height, width, height
      print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#22272e\"/>"
      print "<g font-family=\"ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace\" font-size=\"14\"" \
        " fill=\"#cdd9e5\">"
      for (i = 1; i <= NR; i++)
        if (lines[i] != "")
          printf "<text x=\"16\" y=\"%d\" xml:space=\"preserve\">%s</text>\n", i * 19 + 10, lines[i]
      print "</g>\n</svg>"
    }'
}

# Prints the words of a picture. Numbers, times and the width of columns differ in each run.
words_of() {
  sed -E 's/<[^>]*>//g; s/[0-9]+([.:][0-9]+)*(µs|us|ms|s)?/N/g; s/ +/\n/g' "$1" | grep .
}

compare_picture() {
  mkdir -p "$(dirname "$picture")"
  start_blocked_server
  take_screen | crop | to_svg >"$picture"
  diff -U 3 <(words_of "$stored_picture") <(words_of "$picture") ||
    die "man/screen.svg is not what the tool shows; if $picture is right, copy it to man"
}
