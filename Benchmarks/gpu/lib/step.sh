# Steps with a time limit each: one that fails is recorded, and the rest goes on. Needs lib/json.sh.
#
# The caller sets steps_folder (made), deadline and time_scale (hundredths), and may read
# step_outcome. Sourced.

step_outcome=""

# Seconds left until the deadline.
seconds_left() { echo $((deadline - $(date +%s))); }

# Runs COMMAND for SECONDS at most and records it: step NAME SECONDS COMMAND...
#
# Its output is $steps_folder/NAME.out and .err. What it writes to NAME.json, or else prints as one JSON
# value, is kept as its result. step_outcome is ok, failed (STATUS), timed out, or skipped; never a
# failure of this function.
step() {
    local name="$1" limit=$(($2 * time_scale / 100)) status=0 began ended left
    local file="$steps_folder/$1"
    shift 2
    left="$(seconds_left)"
    if ((left < 3)); then
        skip_step "$name" "no time left"
        return
    fi
    if ((limit > left)); then limit=$left; fi
    if ((limit < 3)); then limit=3; fi
    began="$(milliseconds)"
    # A shell of its own: it would say of a program that aborts, on our stderr, that it did.
    (timeout --kill-after=3 "$limit" "$@" || exit $?) > "$file.out" 2> "$file.err" < /dev/null \
        || status=$?
    ended="$(milliseconds)"
    case $status in
        0) step_outcome="ok" ;;
        124 | 137) step_outcome="timed out" ;;
        *) step_outcome="failed ($status)" ;;
    esac
    record_step "$name" "$status" $((ended - began)) "$limit" "$*"
}

# Records that a step does not run, and why: skip_step NAME WHY
skip_step() {
    step_outcome="skipped"
    : > "$steps_folder/$1.out"
    printf '%s\n' "$2" > "$steps_folder/$1.err"
    record_step "$1" "" 0 0 ""
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

record_step() {
    local name="$1" status="$2" elapsed="$3" limit="$4" command="$5" seconds result
    local file="$steps_folder/$1"
    seconds="$((elapsed / 1000)).$(printf '%03d' $((elapsed % 1000)))"
    result="$(json_file "$file.json")"
    if [[ "$result" == null && "$step_outcome" == ok ]]; then result="$(json_file "$file.out")"; fi
    {
        printf '{"step": %s, "outcome": %s, "status": %s, "seconds": %s, "limit": %s,\n' \
            "$(json_string "$name")" "$(json_string "$step_outcome")" \
            "$(json_number "$status")" "$seconds" "$(json_number "$limit")"
        printf ' "command": %s,\n "output": %s,\n "errors": %s,\n "result": %s}' \
            "$(json_string "$command")" \
            "$(json_string "$( [[ "$result" == null ]] && tail -n 40 "$file.out" | cut -c 1-500)")" \
            "$(json_string "$(tail -n 15 "$file.err" | cut -c 1-500)")" "$result"
    } > "$file.step"
    printf '%s\n' "$name" >> "$steps_folder/order"
    printf '%-28s %-14s %6.1f s  %s\n' "$name" "$step_outcome" "$seconds" \
        "$([[ "$step_outcome" == ok ]] || tail -n 1 "$file.err" | cut -c 1-110)" >&2
}

# A figure for the table and the JSON: figure STEP WHAT VALUE UNIT [NOTE]; none without a number.
figure() {
    [[ "$(json_number "$3")" != null ]] || return 0
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:-}" >> "$steps_folder/figures"
}
