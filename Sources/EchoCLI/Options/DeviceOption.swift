import ArgumentParser

/// What to run it on.
struct DeviceOption: ParsableArguments {
    @Option(
        name: .customLong("device"),
        help: ArgumentHelp(
            "auto, cpu, gpu, a number, PLATFORM:DEVICE or part of a device's name.",
            discussion: """
                'auto' takes the best OpenCL device, or the CPU path if there is none, and says \
                which. 0 is the first device that 'echo-gpu devices' lists, 1 the second; 0:0 is \
                what stands in its first column. A device that is asked for and is not there is an \
                error.
                """,
            valueName: "device"))
    var name = "auto"
}
