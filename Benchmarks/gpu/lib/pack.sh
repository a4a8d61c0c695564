# Finds and opens what Benchmarks/gpu/pack made. Sourced.

fail() {
    echo "run: $1" >&2
    exit 66
}

# The folder of the pack at $1, a folder or a .tar; where $1 is empty, of the one at hand.
open_pack() {
    local path="$1" checkout
    if [[ -z "$path" ]]; then
        checkout="$here/../../.build-gpu"
        for path in "$here" "$checkout/echo-gpu-pack" "$checkout/echo-gpu-pack.tar" ""; do
            if [[ -f "$path/pack.json" || "$path" == *.tar && -f "$path" ]]; then break; fi
        done
        [[ -n "$path" ]] || fail "there is no pack beside this script or in $checkout. Make one with \
Benchmarks/gpu/pack where Swift is installed, and name it with --pack."
    fi
    if [[ -f "$path" ]]; then path="$(unpack "$path")" || exit; else path="$(cd "$path" && pwd)" || exit; fi
    [[ -f "$path/pack.json" ]] || fail "$path is no pack: it has no pack.json"
    check_glibc "$path" >&2
    echo "$path"
}

# Unpacks the .tar at $1 into $work. Its payload is compressed by xz, which comes with it.
unpack() {
    local folder="$work/echo-gpu-pack"
    tar -x -f "$1" -C "$work" || fail "$1 cannot be unpacked"
    LD_LIBRARY_PATH="$folder/xz" "$folder/xz/xz" -d -c "$folder/payload.tar.xz" \
        | tar -x -f - -C "$folder" || fail "$1 holds no payload that can be unpacked"
    rm -r "$folder/payload.tar.xz" "$folder/xz"
    echo "$folder"
}

# Says so where this system's C library is older than the binaries need.
check_glibc() {
    local needed here
    needed="$(json_text glibc "$1/pack.json")"
    here="$(getconf GNU_LIBC_VERSION 2> /dev/null | sed 's/^glibc //')"
    if [[ -n "$needed" && "$(printf '%s\n' "$needed" "${here:-0}" | sort -V | head -n 1)" != "$needed" ]]
    then
        echo "run: the binaries need glibc $needed; this system has ${here:-another C library}. What runs is" \
            "what needs Python alone."
    fi
}
