# What goes into the pack. Sourced by pack, in the checkout's folder; needs lib/json.sh.

# Libraries that are glibc's own: they belong to a system's loader and kernel.
glibc_libraries='^(ld-linux-x86-64|libc|libm|libdl|libpthread|librt|libresolv|libutil|libanl|libnsl)\.so'
# Libraries that a system's OpenCL driver shares with us, and may need newer than ours.
spare_libraries='^(libstdc\+\+|libgcc_s)\.so'

# The static programs into $1/libexec, stripped, their libraries beside them, and launchers into $1/bin.
copy_programs() {
    local folder="$1" program built library name
    shift
    mkdir -p "$folder"/{bin,libexec,libraries,spare,launches}
    for program in "$@"; do
        swift build -c release --static-swift-stdlib --scratch-path .build-static --product "$program" >&2
        built="$(swift build -c release --scratch-path .build-static --show-bin-path)/$program"
        strip -o "$folder/libexec/$program" "$built"
        cp "$here/launch" "$folder/bin/$program"
        while read -r library; do
            name="$(basename "$library")"
            if [[ "$name" =~ $glibc_libraries ]]; then continue; fi
            if [[ "$name" =~ $spare_libraries ]]; then
                cp -L "$library" "$folder/spare/$name"
            else
                cp -L "$library" "$folder/libraries/$name"
            fi
        done < <(libraries_of "$built")
    done
    # The newest of libstdc++'s versions that anything here asks for.
    newest GLIBCXX_ "$folder" > "$folder/spare/needed"
}

# What the loader finds for a program, and nothing missing.
libraries_of() {
    local found
    found="$(ldd "$1")"
    if grep 'not found' <<< "$found" >&2; then
        echo "pack: $1 lacks a library here" >&2
        return 1
    fi
    sed -n 's/^.* => \(\/[^ ]*\) .*$/\1/p' <<< "$found"
}

# The newest version with prefix $1 (GLIBC_, GLIBCXX_) that a file in folder $2 asks of another.
newest() {
    find "$2/libexec" "$2/libraries" -type f -exec objdump -T {} + 2> /dev/null \
        | grep -o "\*UND\*.*($1[0-9.]*)" | grep -o "$1[0-9.]*" | sort -u -V | tail -n 1
}

copy_scripts() {
    local folder="$1"
    cp "$here/run" "$here/pytorch.py" "$folder"
    mkdir -p "$folder"/{lib,ptx,peers}
    cp "$here"/lib/{json,machine,opencl,step,report,pack,steps}.sh "$folder/lib"
    cp "$here"/ptx/*.py "$folder/ptx"
    cp Benchmarks/peers/{model,synthetic}.py "$folder/peers"
}

# Launches of the cases that a device here computes, for each way to store values, with their PTX.
capture_launches() {
    local folder="$1" bench="$1/bin/echo-bench" precision
    if ! command -v clang-19 > /dev/null; then
        echo "pack: no PTX: it needs clang-19 (Debian: clang-19)" >&2
        return
    fi
    for precision in fp32 fp16; do
        capture "$folder/launches/simt-$precision" "$precision" ECHO_KERNELS=simt ECHO_MATRIX=off
    done
    # The layout of NVIDIA's units, computed by other means here; compiled for the units themselves.
    for precision in fp16 fp32; do
        capture "$folder/launches/matrix-$precision" "$precision" \
            ECHO_KERNELS=simt ECHO_MATRIX=emulated-nvidia
    done
}

# Captures the cases of Benchmarks/gpu/cases into $1, values stored as $2, in the environment behind it.
capture() {
    local target="$1" precision="$2"
    shift 2
    if env "$@" "$bench" launches "$target" --precision "$precision" \
        --operations "$(< "$here/cases")" > "$target.log" 2>&1; then
        # What the device here left: replay.py compares with the CPU path's numbers instead.
        rm -f "$target"/*.after.bin
        drop_launches "$target"
    else
        echo "pack: no launches with $*: $(tail -n 1 "$target.log")" >&2
        rm -rf "$target"
    fi
    rm -f "$target.log"
    if compgen -G "$target/*.json" > /dev/null; then
        "$here/ptx/compile" "$target"
    else
        rm -rf "$target"
    fi
}

# Removes launches that have nothing to compare or only convert numbers, and from those of matrix units
# what is captured already.
drop_launches() {
    local target="$1" record
    for record in "$target"/*.json; do
        if ! grep -q '"output"' "$record" || [[ "$record" == *-convert_* ]] \
            || [[ "$target" == */matrix-* && "$record" != *_matrix_* ]]; then
            rm -f "${record%.json}".*
        fi
    done
}

# pack.json: what this is, and what it needs.
describe() {
    local revision
    revision="$(git describe --always --dirty 2> /dev/null || echo unknown)"
    json_strings revision "$revision" date "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
        version "$("$1/bin/echo-gpu" --version)" glibc "$(newest GLIBC_ "$1" | sed 's/^GLIBC_//')" \
        libstdcxx "$(cat "$1/spare/needed")" \
        launches "$(find "$1/launches" -name '*.json' 2> /dev/null | wc -l)"
    echo
}

# $1.tar: the folder with its payload compressed, and xz to unpack it with. No more than $2 bytes.
compress() {
    local folder="$1" limit="$2" staging size
    staging="$(mktemp -d)"
    # The two programs share half of what they are: the dictionary must span both.
    tar -c -C "$folder" bin libexec libraries spare recordings kernels \
        $(cd "$folder" && ls -d launches 2> /dev/null) \
        | xz -T1 --lzma2=preset=3,dict=192MiB > "$staging/payload.tar.xz"
    mkdir -p "$staging/echo-gpu-pack/xz"
    mv "$staging/payload.tar.xz" "$staging/echo-gpu-pack"
    cp -L "$(command -v xz)" "$(ldd "$(command -v xz)" | sed -n 's/^.* => \(.*liblzma[^ ]*\) .*$/\1/p')" \
        "$staging/echo-gpu-pack/xz"
    (cd "$folder" && cp -r run pytorch.py lib ptx peers pack.json "$staging/echo-gpu-pack")
    tar -c -f "$folder.tar" -C "$staging" echo-gpu-pack
    rm -rf "$staging"
    size="$(stat -c %s "$folder.tar")"
    echo "$folder.tar: $((size >> 20)) MiB, needs glibc $(json_text glibc "$folder/pack.json")"
    if ((size > limit)); then
        echo "pack: more than $((limit >> 20)) MiB; leave launches out of cases" >&2
        return 1
    fi
}
