# What the figures depend on: the cards, their driver, the host. Needs lib/json.sh. Sourced.

# The cards as the kernel lists them, whatever is installed: "VENDOR:DEVICE" a line.
pci_cards() {
    local folder
    for folder in /sys/bus/pci/devices/*; do
        # 03: displays; 12: accelerators, which GPUs without a display call themselves.
        case "$(cat "$folder/class" 2> /dev/null)" in
            0x03* | 0x12*) echo "$(cat "$folder/vendor"):$(cat "$folder/device")" ;;
        esac
    done
}

# The first line of a command's output; nothing where it is missing or fails.
first_line() { { timeout 10 "$@" 2> /dev/null || true; } | head -n 1; }

nvidia_cards() {
    timeout 10 nvidia-smi --format=csv,noheader --query-gpu="$1" 2> /dev/null || true
}

# One object. Cards in names that a person knows come from the vendor's own tool, where it is there.
machine_json() {
    local cpu memory system
    cpu="$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)"
    memory="$(sed -n 's/^MemTotal:[[:space:]]*//p' /proc/meminfo)"
    system="$(sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release 2> /dev/null)"
    json_strings \
        date "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
        cpu "$cpu" cores "$(nproc)" memory "$memory" \
        system "$system" kernel "$(uname -sr)" glibc "$(first_line getconf GNU_LIBC_VERSION)" \
        load "$(cat /proc/loadavg 2> /dev/null)" \
        cards_pci "$(pci_cards | tr '\n' ' ')" \
        nvidia "$(nvidia_cards name,driver_version,memory.total,power.limit,clocks.max.sm)" \
        nvidia_driver "$(first_line cat /proc/driver/nvidia/version)" \
        amd "$(timeout 10 rocm-smi --showproductname --showdriverversion --csv 2> /dev/null || true)" \
        python "$(first_line python3 --version)"
}

# Clocks, power and temperature of NVIDIA's cards now; nothing elsewhere.
card_state() {
    nvidia_cards name,clocks.sm,clocks.mem,power.draw,temperature.gpu,clocks_throttle_reasons.active
}
