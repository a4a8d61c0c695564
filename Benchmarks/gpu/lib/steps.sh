# What is measured, in the order of its worth. Needs the other files of lib/. Sourced by run.
#
# Reads pack, tool, output, work, device, clips, python, libraries; figures go to the table by `figure`.

# Sets opencl, the implementations as JSON, and points the loader at them.
find_opencl() {
    local path how separator="" folders=""
    opencl="["
    while IFS=$'\t' read -r path how; do
        opencl+="$separator$(json_strings library "$path" found "$how")"
        separator=", "
        folders+=":$(dirname "$path")"
    done < <(write_vendors "$work/vendors" "${libraries[@]}")
    opencl+="]"
    export OCL_ICD_VENDORS="$work/vendors" PACK_DRIVER_FOLDERS="${folders#:}"
}

# Sets device, device_name and device_type: the first GPU, else the first device; all empty for none.
choose_device() {
    local line key selector="" name="" type file="$steps_folder/devices.out"
    device_name="" device_type="" device_unit=""
    step devices 20 "$tool/echo-gpu" devices --json
    while read -r line; do
        key="${line%%\" :*}"
        line="${line#*: \"}"
        line="${line%\"*}"
        case "$key" in
            '"name') name="$line" ;;
            '"selector') selector="$line" ;;
            '"type')
                type="$line"
                if [[ -n "$device" && "$device" == "$selector" || -z "$device" && "$type" == gpu \
                    && "$device_type" != gpu || -z "$device" && -z "$device_type" ]]; then
                    chosen="$selector" device_name="$name" device_type="$type"
                fi ;;
        esac
    done < "$file"
    device="${chosen:-}"
    if [[ -z "$clips" ]]; then
        if [[ "$device_type" == gpu || -z "$device_type" ]]; then clips=256; else clips=4; fi
    fi
}

run_steps() {
    if [[ -n "$device" ]]; then
        matrix_settings
        verify_steps
        encoder_steps
    else
        skip_step echo-gpu "no OpenCL device: see the steps and \"opencl\" in results.json"
    fi
    if "$python" --version > /dev/null 2>&1; then
        pytorch_step
        ptx_step
    else
        skip_step pytorch "no $python here"
        skip_step ptx "no $python here"
    fi
    if [[ -n "$device" ]]; then
        bench_steps
        extract_steps
        small_step
        tune_steps
        operation_steps
    fi
    # What was found at the first use of matrix units, and the card's clocks and temperature by now.
    if [[ -n "$device" ]]; then step devices-after 10 "$tool/echo-gpu" devices --json; fi
    card_state > "$steps_folder/card-after.out" || true
}

# Sets matrix, the values of ECHO_MATRIX to measure: its default, off, and where the default is off the units
# of this vendor whose probe is right. The default alone where the binaries do not know it.
matrix_settings() {
    local unit vendor units=()
    matrix=("")
    if ! matrix_unit off > /dev/null; then return; fi
    matrix+=(off)
    device_unit="$(json_text unit "$steps_folder/devices.out")"
    vendor="$(json_text vendor "$steps_folder/devices.out")"
    case "${device_unit:+in use}:$device_type:$vendor" in
        :gpu:*NVIDIA*) units=(nvidia) ;;
        :gpu:*AMD* | :gpu:*"Advanced Micro"*) units=(cdna rdna3 rdna4) ;;
        :gpu:*Intel*) units=(xmx8 xmx16) ;;
    esac
    for unit in "${units[@]}"; do
        if [[ "$(matrix_unit "$unit")" == "$unit" ]]; then matrix+=("$unit"); fi
    done
}

# The unit that is in use with a value of ECHO_MATRIX; fails where the binaries do not take it.
matrix_unit() {
    ECHO_MATRIX="$1" timeout 20 "$tool/echo-gpu" devices --json > "$work/devices.json" 2> /dev/null \
        && json_text unit "$work/devices.json"
}

# The environment of a step: nothing, or ECHO_MATRIX.
with_matrix() { if [[ -n "$1" ]]; then echo "ECHO_MATRIX=$1"; fi; }
suffix() { if [[ -n "$1" ]]; then echo "-matrix-$1"; fi; }

verify_steps() {
    local precision options
    for precision in fp16 fp32; do
        options=(--precision "$precision")
        if ! "$tool/echo-gpu" help verify | grep -q -- --precision; then
            if [[ "$precision" == fp16 ]]; then continue; fi
            options=()
        fi
        step "verify-$precision" 45 "$tool/echo-gpu" verify --device "$device" "${options[@]}"
        # Whose fault it is: the kernels for matrix units, or all.
        if [[ "$step_outcome" == failed* && "${#matrix[@]}" -gt 1 ]]; then
            step "verify-$precision-matrix-off" 45 env ECHO_MATRIX=off "$tool/echo-gpu" verify \
                --device "$device" "${options[@]}"
        fi
    done
}

# The encoder alone, samples in the host's memory to utterances there, and the peak of plain FMA.
encoder_steps() {
    local precision setting name
    for precision in fp16 fp32; do
        for setting in "${matrix[@]}"; do
            name="encoder-$precision$(suffix "$setting")"
            step "$name" 30 env $(with_matrix "$setting") "$tool/echo-bench" encoder --device "$device" \
                --precision "$precision" --clips "$clips" --json "$steps_folder/$name.json"
            figure "$name" "encoder, $precision${setting:+, ECHO_MATRIX=$setting}" \
                "$(json_numbers clips_per_second "$steps_folder/$name.json")" clips/s \
                "$clips clips of 10 s at 16 kHz; matrix unit ${setting:-${device_unit:-none}}"
        done
    done
    figure "$name" "FMA peak, float32" "$(json_numbers peak_gflops "$steps_folder/$name.json")" GFLOP/s
}

# Clips a second by the size of a batch, as users measure it.
bench_steps() {
    local precision options name
    for precision in fp16 fp32; do
        name="bench-$precision"
        options=(--precision "$precision")
        if ! "$tool/echo-gpu" help bench | grep -q -- --precision; then
            if [[ "$precision" == fp16 ]]; then continue; fi
            options=()
        fi
        step "$name" 30 "$tool/echo-gpu" bench --model demo --device "$device" "${options[@]}" \
            --seconds 0.5 --largest-batch $((2 * clips)) --json
        figure "$name" "bench, $precision, best batch" \
            "$(json_numbers clips_per_second "$steps_folder/$name.out" | sort -g | tail -n 1)" clips/s
    done
}

# PyTorch and echo-gpu in turns on the card.
pytorch_step() {
    local precision setting contestants=() seconds=$((120 * time_scale / 100))
    # The process sees to its own time, so that figures of all rounds that fit are kept.
    if ((seconds > $(seconds_left) - 20)); then seconds=$(($(seconds_left) - 20)); fi
    if ! "$python" -c 'import torch, numpy' 2> "$steps_folder/pytorch.err"; then
        skip_step pytorch "$(tail -n 1 "$steps_folder/pytorch.err")"
        return
    fi
    if [[ -n "$device" ]]; then
        for precision in fp16 fp32; do
            for setting in "${matrix[@]}"; do
                contestants+=(--echo "echo-gpu $precision${setting:+ ECHO_MATRIX=$setting}"
                    "env $(with_matrix "$setting") $tool/echo-bench encoder --device $device --precision $precision \
--clips $clips --runs 3 --json {json}")
            done
        done
    fi
    step pytorch 140 env PYTHONDONTWRITEBYTECODE=1 "PYTHONPATH=$here/peers:$here/../peers" "$python" \
        "$here/pytorch.py" --json "$steps_folder/pytorch.json" --seconds "$seconds" --clips "$clips" \
        "${contestants[@]}"
    contestants_figures
}

# A figure for each contestant: the file has a name, then its median, a line each.
contestants_figures() {
    local line name=""
    while read -r line; do
        case "$line" in
            '"name": '*) name="${line#*: \"}" name="${name%\"*}" ;;
            '"clips_per_second": '*)
                line="${line#*: }"
                figure pytorch "in turns: $name" "${line%,}" clips/s "$clips a call, median of rounds" ;;
        esac
    done < <(cat "$steps_folder/pytorch.json" 2> /dev/null)
}

# The kernels as PTX, by the CUDA driver alone.
ptx_step() {
    local folder name
    if ! "$python" "$here/ptx/replay.py" --probe 2> "$steps_folder/ptx.err"; then
        skip_step ptx "$(tail -n 1 "$steps_folder/ptx.err")"
        return
    fi
    for folder in "$pack"/launches/*/; do
        [[ -d "$folder" ]] || continue
        name="ptx-$(basename "$folder")"
        step "$name" 25 env PYTHONDONTWRITEBYTECODE=1 "$python" "$here/ptx/replay.py" "$folder" \
            --json "$steps_folder/$name.json"
        figure "$name" "PTX launches right, $(basename "$folder")" \
            "$(json_numbers right "$steps_folder/$name.json")" launches
        figure "$name" "PTX, fused encoder alone" \
            "$(json_numbers clips_per_second "$steps_folder/$name.json" | sort -g | tail -n 1)" clips/s \
            "64 clips of 10 s at 16 kHz"
    done
}

# Recordings to embeddings by all of echo-gpu, with a trace.
extract_steps() {
    step extract-fp32 20 "$tool/echo-gpu" extract --model demo --device "$device" --json --level both \
        --trace "$output/trace.json" --output "$work/embeddings" "$pack/recordings"
}

# The small model, whose checkpoint is made here: 86 MB are not carried.
small_step() {
    local precision name model="$work/small.safetensors"
    step checkpoint-small 20 "$tool/echo-bench" checkpoint --size small "$model"
    [[ "$step_outcome" == ok ]] || return 0
    for precision in fp16 fp32; do
        name="encoder-small-$precision"
        step "$name" 20 "$tool/echo-bench" encoder --size small --device "$device" --precision "$precision" \
            --clips $(((clips + 3) / 4)) --runs 3 --json "$steps_folder/$name.json"
        figure "$name" "encoder of small, $precision" \
            "$(json_numbers clips_per_second "$steps_folder/$name.json")" clips/s
    done
}

# Tuning is long, and keeps what it found at its end: without that the encoder behind it tells nothing new.
tune_steps() {
    local name=encoder-fp16-tuned
    step tune-fp16 70 "$tool/echo-gpu" tune --device "$device" --precision fp16 --seconds 0.2 --json
    if [[ "$step_outcome" != ok ]]; then
        skip_step "$name" "the tuning did not end: $step_outcome"
        return
    fi
    step "$name" 20 "$tool/echo-bench" encoder --device "$device" --precision fp16 --clips "$clips" \
        --json "$steps_folder/$name.json"
    figure "$name" "encoder, fp16, tuned" \
        "$(json_numbers clips_per_second "$steps_folder/$name.json")" clips/s
}

# Every operation and every node against the roofline.
operation_steps() {
    local precision name
    for precision in fp16 fp32; do
        step "nodes-$precision" 20 "$tool/echo-bench" encoder --device "$device" --precision "$precision" \
            --clips "$clips" --runs 1 --nodes
        name="operations-$precision"
        step "$name" 25 "$tool/echo-bench" operations --device "$device" --precision "$precision" \
            --runs 3 --json "$steps_folder/$name.json"
    done
    figure "$name" "memory, copied" "$(json_numbers bandwidth_gbytes "$steps_folder/$name.json")" GB/s
}
