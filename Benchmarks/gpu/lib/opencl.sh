# Finds OpenCL implementations where a system has not registered them, as in containers. Sourced.

# Vendors' implementations by their files' names, GPUs first.
opencl_names=(libnvidia-opencl.so.1 libamdocl64.so libigdrcl.so libmali.so.1 libpocl.so.2
    libintelocl.so)
# Where drivers put them that the dynamic linker need not know of.
opencl_folders=(/usr/lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu/nvidia/current /usr/lib64
    /usr/lib /usr/local/lib /usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/local/cuda/lib64
    /usr/local/cuda/compat /opt/rocm/lib /opt/rocm/opencl/lib /opt/amdgpu-pro/lib/x86_64-linux-gnu
    /usr/lib/x86_64-linux-gnu/intel-opencl /usr/lib64/intel-opencl /opt/intel/opencl
    /run/opengl-driver/lib /usr/lib/wsl/lib)

# The path of a library by its name, a version behind it included; fails where there is none.
find_library() {
    local name="$1" folder path
    for folder in ${LD_LIBRARY_PATH:+${LD_LIBRARY_PATH//:/ }} "${opencl_folders[@]}" /opt/rocm-*/lib; do
        for path in "$folder/$name" "$folder/$name".*; do
            if [[ -f "$path" ]]; then echo "$path"; return; fi
        done
    done
    path="$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2> /dev/null \
        | sed -n 's|^[[:space:]]*'"$name"'[^ ]* (.*x86-64.*) => ||p' | head -n 1)"
    [[ -n "$path" ]] && echo "$path"
}

# What the system has registered: a path a line.
registered_libraries() {
    local folder="${1:-/etc/OpenCL/vendors}" file library
    for file in "$folder"/*.icd; do
        [[ -f "$file" ]] || continue
        read -r library < "$file" || [[ -n "$library" ]] || continue
        if [[ "$library" == /* ]]; then
            if [[ -f "$library" ]]; then echo "$library"; fi
        else
            find_library "$library" || true
        fi
    done
}

# Writes an .icd file into folder $1 for every implementation found, those named after it first, and
# prints "PATH<tab>how it was found" for each.
write_vendors() {
    local folder="$1" name path seen=" "
    shift
    mkdir -p "$folder"
    {
        for path in "$@"; do printf '%s\tgiven\n' "$path"; done
        registered_libraries "${OCL_ICD_VENDORS:-}" | sed 's/$/\tregistered/'
        for name in "${opencl_names[@]}"; do
            if path="$(find_library "$name")"; then printf '%s\tfound by name\n' "$path"; fi
        done
    } | while IFS=$'\t' read -r path how; do
        # The same file by several names would be a device listed twice.
        name="$(readlink -f "$path")" || continue
        [[ "$seen" != *" $name "* ]] || continue
        seen+="$name "
        echo "$path" > "$folder/$(basename "$path").icd"
        printf '%s\t%s\n' "$path" "$how"
    done
}
