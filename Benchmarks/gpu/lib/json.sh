# JSON written by bash alone: a machine with a GPU need not have Python. Sourced.

# $1 as a JSON string, in ASCII: bytes that are none become "?".
json_string() {
    local LC_ALL=C text="$1"
    text="${text//\\/\\\\}"
    text="${text//\"/\\\"}"
    text="${text//$'\n'/\\n}"
    text="${text//$'\t'/\\t}"
    text="${text//[^[:print:]]/?}"
    printf '"%s"' "$text"
}

# $1 where it is a JSON number, else null.
json_number() {
    local pattern='^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$'
    if [[ "$1" =~ $pattern ]]; then printf '%s' "$1"; else printf null; fi
}

# An object of strings from pairs: json_strings NAME VALUE NAME VALUE...
json_strings() {
    local separator=""
    printf '{'
    while (($# >= 2)); do
        printf '%s%s: %s' "$separator" "$(json_string "$1")" "$(json_string "$2")"
        separator=", "
        shift 2
    done
    printf '}'
}

# The whole of file $1 where it looks like one JSON value, else null.
json_file() {
    local text
    text="$(cat "$1" 2> /dev/null)" || { printf null; return; }
    case "$text" in
        \{*\} | \[*\]) printf '%s' "$text" ;;
        *) printf null ;;
    esac
}

# Every number that stands behind "KEY" in pretty-printed JSON: json_numbers KEY FILE
json_numbers() {
    sed -n 's/^[[:space:]]*"'"$1"'"[[:space:]]*:[[:space:]]*\(-\{0,1\}[0-9][-+0-9.eE]*\),\{0,1\}$/\1/p' \
        "$2" 2> /dev/null
}

# The first string that stands behind "KEY": json_text KEY FILE
json_text() {
    sed -n 's/^.*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"]*\)".*$/\1/p' "$2" 2> /dev/null | head -n 1
}
