# One JSON with everything, one table for people. Needs lib/json.sh; reads what lib/step.sh wrote. Sourced.

# The steps' records, in order, as a JSON array.
steps_json() {
    local name separator=""
    printf '['
    while read -r name; do
        printf '%s\n' "$separator"
        cat "$steps_folder/$name.step"
        separator=","
    done < "$steps_folder/order"
    printf '\n]'
}

figures_json() {
    local at what value unit note separator=""
    printf '['
    while IFS=$'\t' read -r at what value unit note; do
        printf '%s\n{"step": %s, "what": %s, "value": %s, "unit": %s, "note": %s}' "$separator" \
            "$(json_string "$at")" "$(json_string "$what")" "$(json_number "$value")" \
            "$(json_string "$unit")" "$(json_string "$note")"
        separator=","
    done < "$steps_folder/figures"
    printf '\n]'
}

# The whole document: results_json MACHINE OPENCL PACK SECONDS, the first three JSON already.
results_json() {
    printf '{"format": 1,\n"machine": %s,\n"opencl": %s,\n"pack": %s,\n"seconds": %s,\n' \
        "$1" "$2" "$3" "$(json_number "$4")"
    printf '"figures": %s,\n"steps": %s}\n' "$(figures_json)" "$(steps_json)"
}

# The figures and the steps in Markdown: table TITLE
table() {
    local at what value unit note name
    printf '# %s\n\n' "$1"
    printf '| what | figure | unit | note |\n| --- | ---: | --- | --- |\n'
    while IFS=$'\t' read -r at what value unit note; do
        printf '| %s | %s | %s | %s |\n' "$what" "$(rounded "$value")" "$unit" "$note"
    done < "$steps_folder/figures"
    printf '\n| step | outcome | seconds | what it said |\n| --- | --- | ---: | --- |\n'
    while read -r name; do
        printf '| %s | %s | %s | %s |\n' "$name" \
            "$(json_text outcome "$steps_folder/$name.step")" \
            "$(sed -n 's/^.*"seconds": \([0-9.]*\),.*/\1/p' "$steps_folder/$name.step" | head -n 1)" \
            "$(last_words "$name")"
    done < "$steps_folder/order"
}

# Three digits are more than a machine repeats.
rounded() {
    case "$1" in
        *[eE]*) printf '%s' "$1" ;;
        ?.* | -?.*) printf '%.3g' "$1" ;;
        ??.*) printf '%.1f' "$1" ;;
        *) printf '%.0f' "$1" ;;
    esac
}

# Why a step did not end well, in a line; nothing where it did.
last_words() {
    [[ "$(json_text outcome "$steps_folder/$1.step")" == ok ]] && return
    { cat "$steps_folder/$1.out" "$steps_folder/$1.err" | grep -v '^[[:space:]]*$' || true; } \
        | tail -n 1 | cut -c 1-160 | tr '|' '/'
}
